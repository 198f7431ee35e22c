import type { RunResult, StepReuse } from '@temper/run';
import { duration } from '@temper/report/words';
import type { Terminal } from './terminal.ts';

/** Of so many steps the names are told; the others are counted, and `--json` has them all. */
const namedSteps = 24;

/** Steps reused one after the other: a line for all of them, and one for each that there is something to say of. */
export function reuseLines(
  { labels, savedSeconds, remarks }: StepReuse,
  { texts, colors }: Pick<Terminal, 'texts' | 'colors'>,
): readonly string[] {
  const more = labels.length > namedSteps ? `, +${String(labels.length - namedSteps)}` : '';
  const named = `${labels.slice(0, namedSteps).join(', ')}${more}`;
  return [
    `${colors.dim('=')} ${texts.reusedTogether(labels.length, named, duration(savedSeconds))}`,
    ...remarks.map(({ label, text }) => colors.dim(`    ${label}: ${texts.say(text)}`)),
  ];
}

/** The end of a run that reused all steps. */
export function allReusedLine(
  steps: number,
  savedSeconds: number,
  seconds: number,
  { texts, colors }: Pick<Terminal, 'texts' | 'colors'>,
): string {
  return colors.green(texts.allReused(steps, duration(savedSeconds), duration(seconds)));
}

/** Where the outputs of a run are. */
export function outputLines(
  outputs: RunResult['outputs'],
  { texts }: Pick<Terminal, 'texts'>,
): readonly string[] {
  return Object.entries(outputs).map(([name, { path }]) => `  ${texts.output(name, path)}`);
}
