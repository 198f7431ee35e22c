import { createColors } from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import type { Texts } from '../texts/catalogue.ts';

/** What commands print with: results and tables to stdout, everything else to stderr when stdout holds JSON. */
export interface Terminal {
  readonly texts: Texts;
  readonly colors: Colors;
  /** Whether a table may repaint in place. */
  readonly live: boolean;
  /** Cells of a line; endless where the output is no terminal, since a file may be searched. */
  readonly columns: number;
  /** Where lines for people go. */
  readonly stream: NodeJS.WriteStream;
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
}): Terminal {
  const { environment } = options;
  const stream = options.json ? process.stderr : process.stdout;
  // NO_COLOR wins over everything (https://no-color.org), also over the FORCE_COLOR that Nx sets for its children.
  const noColor = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const forced = (environment['FORCE_COLOR'] ?? '') !== '' && environment['FORCE_COLOR'] !== '0';
  // Where the output is no terminal there is no `isTTY`, and an undefined argument lets picocolors decide by itself:
  // it would colour whatever CI keeps.
  const terminal = (stream as Partial<NodeJS.WriteStream>).isTTY ?? false;
  const colors = createColors(!noColor && !options.plain && (forced || terminal));
  return {
    texts: options.texts,
    colors,
    stream,
    columns: terminal ? stream.columns : Infinity,
    live: terminal && !options.plain && environment['TERM'] !== 'dumb' && (environment['CI'] ?? '') === '',
    line(text) {
      stream.write(`${text}\n`);
    },
    json(value) {
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}
