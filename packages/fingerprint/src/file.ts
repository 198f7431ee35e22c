import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, read, readSync, type BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import { sha256, type Digest } from './digest.ts';

/** A file that was written to while it was read: what was hashed never was its content. */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError';
  readonly path: string;

  constructor(path: string) {
    super(`${path} changed while it was read`);
    this.path = path;
  }
}

export interface HashedFile {
  readonly digest: Digest;
  /** The file's state, the same before the first byte was read and after the last. */
  readonly stat: BigIntStats;
  /** When the reading began, in milliseconds since 1970. */
  readonly readAt: number;
}

/** Below this, one blocking read costs less than a round trip through the thread pool. */
const smallFile = 256 * 1024;
/** While one buffer of this size is hashed, the others are filled. */
const bufferBytes = 1024 * 1024;
const buffers = 3;

let shared: Buffer | undefined;

/**
 * Digest of a regular file's content. Needs no more memory than three buffers of 1 MiB whatever the size of the file.
 * Throws {@link FileChangedError} when somebody writes to the file meanwhile.
 */
export async function sha256File(path: string): Promise<Digest> {
  return (await hashFile(path)).digest;
}

/** Like {@link sha256File}, with the state of the file that the digest belongs to. */
export async function hashFile(path: string): Promise<HashedFile> {
  return hashSmallFile(path) ?? (await hashLargeFile(path));
}

/** Undefined when the file is not small. */
function hashSmallFile(path: string): HashedFile | undefined {
  const file = openSync(path, 'r');
  const readAt = Date.now();
  try {
    const stat = fstatSync(file, { bigint: true });
    requireRegular(path, stat);
    if (stat.size > smallFile) return undefined;
    // One byte of room more than the largest small file has, so that one that grew is noticed.
    shared ??= Buffer.allocUnsafeSlow(smallFile + 1);
    const filled = readSync(file, shared, 0, shared.length, 0);
    requireSame(path, stat, fstatSync(file, { bigint: true }), filled);
    return { digest: sha256(shared.subarray(0, filled)), stat, readAt };
  } finally {
    closeSync(file);
  }
}

async function hashLargeFile(path: string): Promise<HashedFile> {
  const file = await open(path, 'r');
  const readAt = Date.now();
  try {
    const stat = await file.stat({ bigint: true });
    requireRegular(path, stat);
    const { digest, bytes } = await hashAhead(file.fd, Number(stat.size));
    requireSame(path, stat, await file.stat({ bigint: true }), bytes);
    return { digest, stat, readAt };
  } finally {
    await file.close();
  }
}

/** Reads no further than its buffers past the size: whoever appends for ever would be followed for ever. */
async function hashAhead(file: number, size: number): Promise<{ digest: Digest; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const filling = Array.from({ length: buffers }, (_, place) =>
    fill(file, Buffer.allocUnsafeSlow(bufferBytes), place * bufferBytes),
  );
  try {
    for (let place = 0; ; place = (place + 1) % buffers) {
      const { buffer, filled } = await (filling[place] as Promise<Filled>);
      hash.update(buffer.subarray(0, filled));
      bytes += filled;
      if (filled < bufferBytes || bytes > size) break;
      filling[place] = fill(file, buffer, bytes + (buffers - 1) * bufferBytes);
    }
  } finally {
    // The file must not be closed under a read.
    await Promise.allSettled(filling);
  }
  return { digest: hash.digest('hex') as Digest, bytes };
}

interface Filled {
  readonly buffer: Buffer;
  /** Bytes; fewer than the buffer holds at the end of the file. */
  readonly filled: number;
}

/** Reads from a place in a file. With callbacks, since the promises of `FileHandle` cost a tenth of the hashing. */
function fill(file: number, buffer: Buffer, from: number): Promise<Filled> {
  const filling = new Promise<Filled>((resolve, reject) => {
    const goOn = (filled: number): void => {
      read(file, buffer, filled, bufferBytes - filled, from + filled, (error, bytesRead) => {
        if (error !== null) reject(error);
        else if (bytesRead === 0 || filled + bytesRead === bufferBytes)
          resolve({ buffer, filled: filled + bytesRead });
        else goOn(filled + bytesRead);
      });
    };
    goOn(0);
  });
  // One that fails while another is hashed is heard of in its turn.
  filling.catch(() => undefined);
  return filling;
}

function requireRegular(path: string, stat: BigIntStats): void {
  if (!stat.isFile()) throw new TypeError(`${path} is not a regular file`);
}

function requireSame(path: string, before: BigIntStats, after: BigIntStats, bytes: number): void {
  const same =
    before.size === BigInt(bytes) &&
    before.size === after.size &&
    before.mtimeNs === after.mtimeNs &&
    // A name of the file that came or went changes this as well, and none of its bytes.
    (before.ctimeNs === after.ctimeNs || before.nlink !== after.nlink);
  if (!same) throw new FileChangedError(path);
}
