import { createColors, type Colors } from './colors.ts';
import type { Output } from './plain-output.ts';
import type { Texts } from '../texts/catalogue.ts';

/** What commands print with: results and tables to stdout, everything else to stderr when stdout holds JSON. */
export interface Terminal {
  readonly texts: Texts;
  readonly colors: Colors;
  /** Whether a table may repaint in place. */
  readonly live: boolean;
  /** Cells of a line; endless where the output is no terminal, since a file may be searched. */
  readonly columns: number;
  /** Where lines for people go, as a stream. A function, since Node makes its streams when they are first looked at. */
  readonly stream: () => NodeJS.WriteStream;
  /** For people. */
  line(text: string): void;
  /** For programs. */
  json(value: unknown): void;
}

export function createTerminal(options: {
  readonly texts: Texts;
  readonly json: boolean;
  readonly plain: boolean;
  readonly environment: NodeJS.ProcessEnv;
  /** Where to write; by itself to the streams of the process. */
  readonly outputs?: { readonly out: Output; readonly err: Output };
}): Terminal {
  const { environment, outputs = { out: process.stdout, err: process.stderr } } = options;
  const output = options.json ? outputs.err : outputs.out;
  // NO_COLOR wins over everything (https://no-color.org), also over the FORCE_COLOR that Nx sets for its children.
  const noColor = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const forced = (environment['FORCE_COLOR'] ?? '') !== '' && environment['FORCE_COLOR'] !== '0';
  // Where the output is no terminal there is no `isTTY`.
  const terminal = output.isTTY ?? false;
  const colors = createColors(!noColor && !options.plain && (forced || terminal));
  return {
    texts: options.texts,
    colors,
    stream: () => (options.json ? process.stderr : process.stdout),
    columns: terminal ? (output.columns ?? Infinity) : Infinity,
    live: terminal && !options.plain && environment['TERM'] !== 'dumb' && (environment['CI'] ?? '') === '',
    line(text) {
      output.write(`${text}\n`);
    },
    json(value) {
      outputs.out.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}
