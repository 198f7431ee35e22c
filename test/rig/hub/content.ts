import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** What a test puts into a repository. */
export type Content =
  | string
  | Uint8Array
  /** Zeros that are made while they are sent, for files larger than memory or disk. */
  | { readonly zeros: number; readonly sha256: string }
  /** A file on this machine's disk. */
  | { readonly file: string; readonly size: number; readonly sha256: string };

/** A content with the names that hubs give it. */
export interface Blob {
  readonly size: number;
  readonly sha256: string;
  /** What git calls the content, or for a large one its pointer. */
  readonly oid: string;
  /** Kept outside git, as hubs do with large files. */
  readonly large: boolean;
  /** Bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Readable;
}

const largerThan = 1024 * 1024;

export function createBlob(path: string, content: Content): Blob {
  const known = typeof content === 'string' ? Buffer.from(content) : content;
  const measured =
    known instanceof Uint8Array
      ? { size: known.length, sha256: createHash('sha256').update(known).digest('hex') }
      : { size: 'zeros' in known ? known.zeros : known.size, sha256: known.sha256 };
  const large = measured.size > largerThan || /\.(safetensors|parquet)$/.test(path);
  const inGit = known instanceof Uint8Array && !large ? known : Buffer.from(pointer(measured));
  return { ...measured, large, oid: gitBlobName(inGit), read: reader(known) };
}

function reader(content: Exclude<Content, string>): Blob['read'] {
  if (content instanceof Uint8Array) return (start, end) => Readable.from([content.subarray(start, end)]);
  if ('zeros' in content) return (start, end) => Readable.from(zeros(end - start), { objectMode: false });
  return (start, end) =>
    end > start
      ? createReadStream(content.file, { start, end: end - 1, highWaterMark: 1024 * 1024 })
      : Readable.from([]);
}

const block = Buffer.alloc(256 * 1024);

function* zeros(count: number): Generator<Buffer> {
  for (let left = count; left > 0; left -= block.length)
    yield block.subarray(0, Math.min(left, block.length));
}

function pointer({ size, sha256 }: { readonly size: number; readonly sha256: string }): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`;
}

function gitBlobName(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
