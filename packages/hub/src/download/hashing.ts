import { Worker } from 'node:worker_threads';

import { createMeasure, type Digest, type Measured } from '../digest.ts';
import { bytesOf, type Piece } from './piece.ts';

/** Takes a file's bytes in order without holding up whoever brings them. */
export interface Hashing {
  /** Resolves when there is room for more, and releases the piece once it is hashed. */
  add(piece: Piece): Promise<void>;
  end(): Promise<Measured>;
}

/**
 * Hashes in a thread of its own, started with the first file that is worth it. SHA-256 takes as long as receiving
 * does, so that on the same thread the two would halve each other's speed.
 */
export interface HashingThread {
  begin(expected: Digest, size: number): Hashing;
  close(): Promise<void>;
}

/** The most that may wait to be hashed, over all files. */
const mostWaiting = 2 * 1024 * 1024;

/** Handing a smaller file over costs more than hashing it. */
const worthIt = 4 * 1024 * 1024;

export function createHashingThread(): HashingThread {
  let thread: Thread | undefined;
  return {
    begin(expected, size) {
      if (size < worthIt) return hashHere(expected, size);
      thread ??= startThread();
      return thread.begin(expected, size);
    },
    close: async () => thread?.close(),
  };
}

function hashHere(expected: Digest, size: number): Hashing {
  const measure = createMeasure(expected, size);
  return {
    add({ chunks, release }) {
      for (const chunk of chunks) measure.add(chunk);
      release?.();
      return Promise.resolve();
    },
    end: () => Promise.resolve(measure.end()),
  };
}

/**
 * What the thread runs. It is a text because a bundle is one file, and a thread that started from a file would have
 * to find it beside the bundle.
 */
const program = `
  const { parentPort } = require('node:worker_threads');
  const { createHash } = require('node:crypto');
  const files = new Map();
  parentPort.on('message', ({ id, begin, chunks, end }) => {
    if (begin) files.set(id, begin.map(({ name, prefix }) => createHash(name).update(prefix)));
    if (chunks) {
      let bytes = 0;
      for (const chunk of chunks) {
        bytes += chunk.length;
        for (const hash of files.get(id)) hash.update(chunk);
      }
      parentPort.postMessage({ id, bytes });
    }
    if (end) {
      const digests = files.get(id).map((hash) => hash.digest('hex'));
      files.delete(id);
      parentPort.postMessage({ id, digests });
    }
  });
`;

interface Reply {
  readonly id: number;
  readonly bytes?: number;
  readonly digests?: readonly string[];
}

interface Thread {
  begin(expected: Digest, size: number): Hashing;
  close(): Promise<void>;
}

function startThread(): Thread {
  const worker = new Worker(program, { eval: true });
  const ends = new Map<number, (digests: readonly string[]) => void>();
  /** What to call for each piece that was handed over, in order. */
  const releases: (Piece['release'] | undefined)[] = [];
  let waiting = 0;
  let wake: (() => void)[] = [];
  let broken: ((error: Error) => void)[] = [];
  let death: Error | undefined;
  let count = 0;

  worker.on('message', ({ id, bytes, digests }: Reply) => {
    if (bytes !== undefined) {
      waiting -= bytes;
      releases.shift()?.();
    }
    if (digests !== undefined) ends.get(id)?.(digests);
    if (waiting > mostWaiting) return;
    for (const go of wake) go();
    wake = [];
  });
  worker.on('error', (error) => {
    death = error;
    for (const fail of broken) fail(error);
    broken = [];
    // Who waits for memory goes on, and is told with what it brings next.
    for (const release of releases.splice(0)) release?.();
  });

  return {
    begin(expected, size) {
      const id = (count += 1);
      const git = expected.algorithm === 'git-blob-sha1';
      const begin = [
        { name: 'sha256', prefix: '' },
        ...(git ? [{ name: 'sha1', prefix: `blob ${size}\0` }] : []),
      ];
      let seen = 0;
      worker.postMessage({ id, begin });
      return {
        async add({ chunks, release }) {
          if (death !== undefined) throw death;
          const bytes = bytesOf(chunks);
          seen += bytes;
          waiting += bytes;
          releases.push(release);
          worker.postMessage(
            { id, chunks },
            chunks.map(ownMemory).filter((memory) => memory !== undefined),
          );
          // Lent memory has its own bounds.
          if (release === undefined && waiting > mostWaiting) {
            await new Promise<void>((resolve, reject) => {
              wake.push(resolve);
              broken.push(reject);
            });
          }
        },
        async end() {
          if (death !== undefined) throw death;
          const digests = await new Promise<readonly string[]>((resolve, reject) => {
            ends.set(id, resolve);
            broken.push(reject);
            worker.postMessage({ id, end: true });
          });
          ends.delete(id);
          const [sha256 = '', other = sha256] = digests;
          return { sha256, found: { algorithm: expected.algorithm, value: other }, size: seen };
        },
      };
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

/**
 * The memory of a chunk that can be handed over instead of being copied: the chunk fills most of it, so that no other
 * chunk can lie in it, as small ones do in Node's pool and unpacked ones in the unpacker's. Shared memory needs neither.
 */
function ownMemory({ buffer, byteLength }: Uint8Array): ArrayBuffer | undefined {
  if (!(buffer instanceof ArrayBuffer) || byteLength < 16 * 1024) return undefined;
  return byteLength * 2 > buffer.byteLength ? buffer : undefined;
}
