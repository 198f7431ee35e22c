import type { RunResult, StepResult } from './result.ts';

/**
 * A result as `result.json` holds it.
 *
 * @param steps The text of its steps, where that is known from before: there may be thousands of them.
 */
export function resultText(
  { steps: listed, ...result }: Omit<RunResult, 'steps'> & { readonly steps?: RunResult['steps'] },
  steps = stepsText(listed ?? []),
): string {
  const { outputs, ...head } = result;
  // A text that is quoted holds no line break, so this is the place of the steps and no other.
  const text = JSON.stringify({ ...head, steps: [], outputs }, null, 2);
  const place = '\n  "steps": []';
  const at = text.indexOf(place) + place.length - '[]'.length;
  return `${text.slice(0, at)}${steps}${text.slice(at + '[]'.length)}\n`;
}

/** Steps in the form they have inside of a result. */
export function stepsText(steps: readonly StepResult[]): string {
  return JSON.stringify(steps, null, 2).replaceAll('\n', '\n  ');
}
