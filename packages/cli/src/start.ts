/**
 * What every start of the command loads: it answers `temper run` and `temper plan` from memory when the last such run
 * reused everything and nothing has changed since, and leaves all else to the whole command. Loading that costs more
 * than looking at every file, so nothing here may import a library.
 */
import { answerFromMemory } from './recall.ts';

if (!answerFromMemory(process.argv.slice(2))) {
  // The whole command is built beside this file.
  const whole = './temper.mjs';
  void import(whole);
}
