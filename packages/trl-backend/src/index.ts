/**
 * What Python stages run in. The package owns the locked environments, the launcher that starts a trainer and says how
 * it ended, and the Python modules that stages share. In comes nothing; out goes an environment that a stage names in
 * its declaration. It takes for granted that a backend builds the environment from its lock and starts the launcher.
 */
import { definePythonEnvironment } from '@temper/pipeline';

const python = '>=3.10 <3.14';
const roots = ['../python'];

/** TRL, PEFT and Transformers on PyTorch, for stages that load weights, tokenize, train, evaluate or merge. */
export const trl = definePythonEnvironment(import.meta.url, {
  name: 'trl',
  lock: '../environments/trl/lock.txt',
  roots,
  python,
});

/** The same with what only some trainings on GPUs need: bitsandbytes for 4-bit weights and 8-bit optimizers, DeepSpeed. */
export const trlGpu = definePythonEnvironment(import.meta.url, {
  name: 'trl-gpu',
  lock: '../environments/trl-gpu/lock.txt',
  roots,
  python,
});
