import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

export const rowsFile = 'rows.jsonl';
const newline = 0x0a;
const chunkCharacters = 64 * 1024;

/** Rows of a JSON-lines file, one at a time: bytes are split into lines first and decoded then. */
export async function* readRows(path: string): AsyncGenerator {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(newline, from); end >= 0; end = bytes.indexOf(newline, from)) {
      yield parse(bytes.toString('utf8', from, end), ++number, path);
      from = end + 1;
    }
    rest = bytes.subarray(from);
  }
  if (rest.length > 0) yield parse(rest.toString('utf8'), number + 1, path);
}

function parse(line: string, number: number, path: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`${path}:${number} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes rows as JSON lines in the order of their keys as given; waits for the disk instead of filling the memory. */
export async function writeRows(
  path: string,
  rows: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    let chunk = '';
    let number = 0;
    for await (const row of rows) {
      number++;
      refuseUnsayable(row, `row ${number}`);
      chunk += `${JSON.stringify(row)}\n`;
      if (chunk.length < chunkCharacters) continue;
      await file.writeFile(chunk);
      chunk = '';
    }
    await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

/** JSON.stringify turns what it cannot say into null or nothing, without a word. */
function refuseUnsayable(value: unknown, at: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${at} is ${value}, which JSON cannot hold`);
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => refuseUnsayable(item, `${at}[${index}]`));
    return;
  }
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`${at} is ${nameOf(value)}, which JSON cannot hold`);
  for (const [key, item] of Object.entries(value as object)) {
    if (item !== undefined) refuseUnsayable(item, `${at}.${key}`);
  }
}

function nameOf(value: unknown): string {
  return typeof value === 'object'
    ? `a ${(value as { constructor?: { name?: string } } | null)?.constructor?.name ?? 'object'}`
    : `a ${typeof value}`;
}
