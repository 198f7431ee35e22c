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
  {
    reason: 'there is no daemon between a runner and its processes',
    tests: [
      'a daemon that dies under a job leaves it unknown, and finds it again',
      'a job that ended while the daemon was away is collected when it is back',
    ],
  },
  {
    reason: 'there is no queue: more GPUs than there are is refused at once',
    tests: ['a job that waits for GPUs is cancelled in the queue'],
  },
];
