import { appendFileSync } from 'node:fs';

/** A reader keeps a line in memory; a longer one is cut. */
const lineBytes = 64 * 1024;
/** Progress without figures is for a bar on a screen, and a stage may report it for every row. */
const progressMilliseconds = 100;

export interface EventLog {
  append(type: string, fields: Readonly<Record<string, unknown>>): void;
  progress(step: number, of: number, metrics: Readonly<Record<string, number>> | undefined): void;
  /** Writes what was held back. */
  flush(): void;
}

/**
 * Appends what a job says while it runs, one JSON object a line. Events are advice for whoever watches: one that cannot
 * be written is dropped, and what JSON cannot hold (NaN, infinity) becomes null.
 */
export function createEventLog(path: string): EventLog {
  let seq = 0;
  let lastProgress = -Infinity;
  let held: { readonly step: number; readonly of: number } | undefined;

  const write = (type: string, fields: Readonly<Record<string, unknown>>): void => {
    const head = { v: 1, seq: ++seq, t: new Date().toISOString(), type };
    let line = encode({ ...head, ...fields });
    if (line.length > lineBytes) line = encode({ ...head, ...shortened(fields, line.length - lineBytes) });
    if (line.length > lineBytes) line = encode({ ...head, dropped: `${line.length} bytes` });
    try {
      // One write of one whole line: readers never see it in pieces.
      appendFileSync(path, line);
    } catch {
      // See above: nobody's verdict rests on it.
    }
  };
  const flush = (): void => {
    if (held === undefined) return;
    const { step, of } = held;
    held = undefined;
    write('progress', { step, of, metrics: {} });
  };
  return {
    flush,
    append: (type, fields) => {
      flush();
      write(type, fields);
    },
    progress: (step, of, metrics) => {
      const now = performance.now();
      if (metrics === undefined && step < of && now - lastProgress < progressMilliseconds) {
        held = { step, of };
        return;
      }
      lastProgress = now;
      held = undefined;
      write('progress', { step, of, metrics: metrics ?? {} });
    },
  };
}

function encode(event: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(event)}\n`);
}

/** The fields with their longest text cut by what is too much; an escape may double a character, so generously. */
function shortened(fields: Readonly<Record<string, unknown>>, excess: number): Record<string, unknown> {
  const texts = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const [key, text] = texts.reduce(
    (longest, entry) => (entry[1].length > longest[1].length ? entry : longest),
    ['', ''],
  );
  const bytes = Buffer.from(text);
  const kept = bytes.subarray(0, Math.max(0, Math.floor((bytes.length - excess) / 2) - 16)).toString();
  return { ...fields, [key]: `${kept.replace(/\uFFFD+$/, '')}…` };
}
