import { definePythonEnvironment } from '@temper/pipeline';

/** One package; a test that wants the environment to be built writes the lock. */
export const ruler = definePythonEnvironment(import.meta.url, {
  name: 'ruler',
  lock: './lock.txt',
  roots: ['../../packages/trl-backend/python'],
  python: '>=3.10 <3.14',
});
