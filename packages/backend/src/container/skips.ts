import type { Skip } from '../conformance/index.ts';

/** What no container engine does by itself. */
export const containerSkips: readonly Skip[] = [
  {
    reason: 'an engine has no queue: more GPUs than there are is refused at once',
    tests: ['a job that waits for GPUs is cancelled in the queue'],
  },
  {
    reason: 'an engine that runs with root holds to a memory limit',
    tests: ['a memory limit that nothing enforces is refused'],
  },
];
