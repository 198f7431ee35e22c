import { createHash } from 'node:crypto';
import { constants, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { codeOf, HubError } from '../error.ts';
import type { HubFile } from '../hubs/hub.ts';
import type { Hashing } from './hashing.ts';
import { bytesOf } from './piece.ts';
import type { Identity } from './remote.ts';

/**
 * The beginning of a file that has come so far. It is always a beginning, never a file with holes, so that its
 * length says all there is to know. Its name is made of the path and the digest it must come to.
 */
export interface Partial {
  readonly length: number;
  readonly identity: Identity;
  /** Feeds what is there to `hashing`: an earlier process took its knowledge of these bytes with it. */
  hashBeginning(hashing: Hashing): Promise<void>;
  append(chunks: readonly Uint8Array[]): void;
  /** Remembers what the server calls the file, for a try in another process. */
  remember(): Promise<void>;
  /** Gives the file its final name. */
  finish(target: string): Promise<void>;
  /** Keeps what has come for the next try. */
  keep(): Promise<void>;
  /** Forgets all of it. */
  discard(): Promise<void>;
}

/** Opens or begins a file's beginning in `folder`, which must be there. */
export async function openPartial(folder: string, file: HubFile): Promise<Partial> {
  const name = createHash('sha256').update(`${file.digest.value}\n${file.path}`).digest('hex').slice(0, 32);
  const path = join(folder, `${name}.part`);
  const notes = join(folder, `${name}.json`);
  // For reading and writing at any place, without emptying what is there.
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666);
  let { size: length } = await handle.stat();
  if (length > file.size) {
    await handle.truncate(0);
    length = 0;
  }
  const identity: Identity = length === 0 ? {} : await readIdentity(notes);
  let remembered = length > 0;
  let isOpen = true;
  const close = async () => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    get length() {
      return length;
    },
    identity,
    async hashBeginning(hashing) {
      for await (const chunk of readUpTo(handle, length)) await hashing.add({ chunks: [chunk] });
    },
    append(chunks) {
      const written = write(handle.fd, chunks, length, (cause) => diskFull(file, folder, cause));
      length += written;
      // A disk takes less than it was given only where it has no room for the rest.
      if (written < bytesOf(chunks)) throw diskFull(file, folder, undefined);
    },
    async remember() {
      await writeFile(notes, JSON.stringify({ path: file.path, etag: identity.etag }));
      remembered = true;
    },
    async finish(target) {
      await close();
      await mkdir(dirname(target), { recursive: true });
      await rename(path, target);
      if (remembered) await rm(notes, { force: true });
    },
    async keep() {
      await close();
      if (length === 0) await Promise.all([path, notes].map((one) => rm(one, { force: true })));
    },
    async discard() {
      await close();
      await Promise.all([path, notes].map((one) => rm(one, { force: true })));
    },
  };
}

/**
 * How much is written at once. The page cache of Linux gives a larger write larger pieces of memory, and where these
 * have to come from the host of a virtual machine first, that takes several times as long as the write itself.
 */
const mostPerWrite = 64 * 1024;

/**
 * Writes on this very thread: to hand bytes that have just come to another one takes longer than to put them into the
 * page cache, which is all that happens here, and by then they have left the processor's.
 */
function write(
  descriptor: number,
  chunks: readonly Uint8Array[],
  at: number,
  full: (cause: unknown) => HubError,
): number {
  let written = 0;
  try {
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.length;) {
        const length = Math.min(mostPerWrite, chunk.length - from);
        const taken = writeSync(descriptor, chunk, from, length, at + written);
        written += taken;
        from += taken;
        if (taken < length) return written;
      }
    }
    return written;
  } catch (error) {
    throw codeOf(error) === 'ENOSPC' ? full(error) : error;
  }
}

function diskFull(file: HubFile, folder: string, cause: unknown): HubError {
  return new HubError({
    reason: 'no-space',
    message: `The disk of ${folder} filled up while ${file.path} was being written`,
    hint: 'free some space and run again to go on where it stopped',
    cause,
  });
}

async function readIdentity(notes: string): Promise<Identity> {
  try {
    const { etag } = JSON.parse(await readFile(notes, 'utf8')) as {
      etag?: unknown;
    };
    return typeof etag === 'string' ? { etag } : {};
  } catch {
    return {};
  }
}

async function* readUpTo(handle: FileHandle, end: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < end;) {
    // Each chunk is given away, so each has memory of its own.
    const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
