/** Words that the lines of a run and the rows below it share. */
import { bytes } from '@temper/report/words';
import type { Texts } from '../texts/catalogue.ts';

/** How far a step is: bytes of a download, steps of all else. */
export function counted(
  step: number,
  of: number,
  { bytesPerSecond }: Readonly<Record<string, number | null>>,
): string {
  return bytesPerSecond == null ? `${String(step)}/${String(of)}` : `${bytes(step)}/${bytes(of)}`;
}

/** A cause as a row has room for it: of an address the host and the last part. */
export function briefly(cause: string): string {
  return cause.replace(/https?:\/\/([^/\s]+)\/\S*\/([^/\s]+)/g, '$1/…/$2');
}

/** What a job, or whoever makes its environment, does now. A word alone is looked up with a mark: elsewhere it may be a name. */
export function doing(phase: string, { say }: Pick<Texts, 'say'>): string {
  return phase.includes(' ') ? say(phase) : say(`${phase} …`).replace(/ …$/, '');
}
