import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { JobEvent } from '../backend.ts';

/** How much is read at once, so that a log of any size needs little memory. */
const chunkBytes = 256 * 1024;
/** The longest line that can be an event, by contract; a longer one is passed over. */
const longestEvent = 64 * 1024;

/** New bytes of a file from an offset on; none while there is no such file. */
export async function readLog(
  path: string,
  from: number,
): Promise<{ readonly bytes: Uint8Array; readonly next: number }> {
  // Most looks find nothing new: those cost neither a descriptor nor a buffer.
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= from) return { bytes: new Uint8Array(), next: from };
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - from));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    return { bytes: buffer.subarray(0, bytesRead), next: from + bytesRead };
  } finally {
    await file.close();
  }
}

/**
 * Whole lines of an event file from an offset on, parsed. Split on bytes and then decoded, so that a character cut in
 * two is never read. A line that is not JSON is passed over: events are advice.
 */
export async function readEvents(
  path: string,
  from: number,
): Promise<{ readonly events: readonly JobEvent[]; readonly next: number }> {
  const { bytes } = await readLog(path, from);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: JobEvent[] = [];
  let start = 0;
  for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10, start)) {
    const event =
      end - start <= longestEvent ? parse(buffer.subarray(start, end).toString('utf8')) : undefined;
    if (event !== undefined) events.push(event);
    start = end + 1;
  }
  // A chunk without the end of a line is a line that is too long: step over what was read of it.
  if (start === 0 && buffer.length === chunkBytes) start = buffer.length;
  return { events, next: from + start };
}

function parse(line: string): JobEvent | undefined {
  const value = parseJson(line) ?? parseJson(withoutNan(line));
  const { seq, type } = (value ?? {}) as { seq?: unknown; type?: unknown };
  return typeof seq === 'number' && typeof type === 'string' ? (value as JobEvent) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Python's json writes NaN and Infinity as bare words unless it is told not to; here they are null. */
function withoutNan(line: string): string {
  const words = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g;
  return line.replace(words, (word) => (word.startsWith('"') ? word : 'null'));
}
