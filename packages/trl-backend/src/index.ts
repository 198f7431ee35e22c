/**
 * What Python stages run in. The package owns the locked environments, the launcher that starts a trainer and says how
 * it ended, and the Python modules that stages share. In comes nothing; out goes an environment that a stage names in
 * its declaration. It takes for granted that a backend builds the environment from its lock and starts the launcher.
 */
import { definePythonEnvironment } from '@temper/pipeline';

/** TRL, PEFT and Transformers on PyTorch, for stages that load weights, tokenize, train, evaluate or merge. */
export const trl = definePythonEnvironment(import.meta.url, {
  name: 'trl',
  lock: '../environments/trl/lock.txt',
  roots: ['../python'],
  python: '>=3.10 <3.14',
});
