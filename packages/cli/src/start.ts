/**
 * What every start of the command loads: it answers `temper run` and `temper plan` from memory when the last such run
 * reused everything and nothing has changed since, and leaves all else to the whole command. Loading that costs more
 * than looking at every file, so nothing here may import a library.
 */
import { setFlagsFromString } from 'node:v8';
import { answerFromMemory } from './recall.ts';

export { answerFromMemory };

export function start(words: readonly string[]): void {
  if (answerFromMemory(words)) return;
  // Objects that die young get 1 MiB and no more. By itself V8 lets that space grow to 48 MiB while much is read at the
  // start, and keeps it for as long as the jobs take; the pauses that it would spare are nothing beside them.
  setFlagsFromString('--semi-space-growth-factor=1');
  // The whole command is built beside this file.
  const whole = './temper.mjs';
  void import(whole);
}
