import { fstatSync, statSync, writeSync } from 'node:fs';

/** What lines are written to: a stream of Node's, or {@link plainOutput}. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/**
 * Standard output or error where it is no terminal: a file, a pipe, `/dev/null`. Written to at once, and without the
 * streams that Node would load for it, which take longer than finding the answer. Undefined where it is a terminal.
 */
export function plainOutput(descriptor: 1 | 2): Output | undefined {
  const stat = fstatSync(descriptor);
  if (stat.isCharacterDevice() && stat.rdev !== statSync('/dev/null').rdev) return undefined;
  return {
    write(text) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) {
        try {
          at += writeSync(descriptor, bytes, at);
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          // Whoever reads our output may stop reading, as `head` does; that is no failure.
          if (code === 'EPIPE') process.exit();
          // A pipe that another process has set to non-blocking, and that is full.
          if (code !== 'EAGAIN') throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
        }
      }
    },
  };
}
