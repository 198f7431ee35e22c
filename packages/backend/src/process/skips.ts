import type { Skip } from '../conformance/index.ts';

/** What processes of the user's own cannot promise; the same that `processDeviations` tells a user. */
export const processSkips: readonly Skip[] = [
  {
    reason: 'a process of this user can write what the user can; the store compares inputs after each job',
    tests: ['an input cannot be written to'],
  },
  {
    reason: 'a process of this user can open connections',
    tests: ['without a network nothing is reached and no name resolves'],
  },
  {
    reason: 'without a control group nothing enforces a memory limit, so that one is refused',
    tests: [
      'a job that fills its memory ran out of memory',
      'a job whose child fills the memory ran out of memory',
    ],
  },
];
