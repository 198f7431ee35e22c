import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { SwanLabError } from '../errors.ts';
import { blockSize, checkHeader, ChunkType, chunkIsSound, headerSize, logVersion } from './framing.ts';

/** Why a reader came to an end: the file is over, it breaks off, or a checksum is wrong. */
export type ReadEnd = 'end' | 'truncated' | 'corrupt';

const windowSize = 8 * blockSize;

/**
 * Reads the records of a log one by one, from the beginning or from a place where a record begins. It stops for good at the
 * first chunk that is not sound, since nothing behind it can be trusted.
 */
export class SpoolReader {
  readonly #file: number;
  readonly #window = Buffer.allocUnsafe(windowSize);
  #windowStart = -1;
  #windowLength = 0;
  #position: number;
  #start: number;
  #limit = Infinity;
  #ended: ReadEnd | undefined;

  /** Throws for a file that is no record log of this version. */
  constructor(path: string, position = headerSize) {
    this.#file = openSync(path, 'r');
    this.#position = Math.max(headerSize, position);
    this.#start = this.#position;
    const header = Buffer.alloc(headerSize);
    const length = readSync(this.#file, header, 0, headerSize, 0);
    const verdict = checkHeader(header.subarray(0, length));
    if (verdict === 'good') return;
    this.close();
    if (verdict === 'not-a-record-log') {
      throw new SwanLabError('not-a-record-log', `${path} does not begin as a SwanLab record log does`);
    }
    throw new SwanLabError(
      'log-version',
      `${path} is a record log of version ${header[6]}; this client reads version ${logVersion}`,
      { hint: 'upload it with the swanlab release that wrote it' },
    );
  }

  /** Where the next record begins. */
  get position(): number {
    return this.#position;
  }

  /** Where the record that `next` returned last begins. */
  get start(): number {
    return this.#start;
  }

  get size(): number {
    return fstatSync(this.#file).size;
  }

  /** Set once `next` has returned undefined. */
  get ended(): ReadEnd | undefined {
    return this.#ended;
  }

  /** For a log that is being written: reads up to `limit`, and can go on when it is moved. */
  allow(limit: number): void {
    this.#limit = limit;
    if (this.#ended !== 'corrupt') this.#ended = undefined;
    this.#windowStart = -1;
  }

  /**
   * The bytes of the next record, valid until the call after this one. One that `passes` says true of, where it lies in a
   * single chunk, is passed over: not checked either, since a buffer for each would be most of the work of a reader that
   * wants few.
   */
  next(passes?: (bytes: Buffer, start: number, end: number) => boolean): Buffer | undefined {
    if (this.#ended !== undefined) return undefined;
    this.#start = this.#position;
    let pieces: Buffer[] | undefined;
    let at = this.#start;
    for (;;) {
      const left = blockSize - (at % blockSize);
      if (left < headerSize) {
        at += left;
        continue;
      }
      if (!this.#load(at, headerSize)) {
        this.#stop(pieces === undefined && this.#atEnd(at) ? 'end' : 'truncated');
        return;
      }
      const inWindow = at - this.#windowStart;
      const length = this.#window.readUInt16LE(inWindow + 4);
      const type = this.#window[inWindow + 6] as number;
      if (headerSize + length > left || type < ChunkType.full || type > ChunkType.last) {
        this.#stop('corrupt');
        return;
      }
      if (!this.#load(at, headerSize + length)) {
        this.#stop('truncated');
        return;
      }
      const start = at - this.#windowStart;
      const end = start + headerSize + length;
      if (
        type === ChunkType.full &&
        pieces === undefined &&
        passes?.(this.#window, start + headerSize, end)
      ) {
        at += headerSize + length;
        this.#start = at;
        this.#position = at;
        continue;
      }
      if (!chunkIsSound(this.#window, start, length)) {
        this.#stop('corrupt');
        return;
      }
      const data = this.#window.subarray(start + headerSize, end);
      at += headerSize + length;
      const opens = type === ChunkType.full || type === ChunkType.first;
      if (opens !== (pieces === undefined)) {
        this.#stop('corrupt');
        return;
      }
      if (type === ChunkType.full) {
        this.#position = at;
        return data;
      }
      // Copied, because the window moves on before the record is whole.
      (pieces ??= []).push(Buffer.from(data));
      if (type === ChunkType.last) {
        this.#position = at;
        return Buffer.concat(pieces);
      }
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #stop(reason: ReadEnd): undefined {
    this.#ended = reason;
    return undefined;
  }

  #atEnd(at: number): boolean {
    return at >= Math.min(this.#limit, this.size);
  }

  /** Makes `count` bytes at `at` lie in the window; false where the file is too short. A chunk never crosses a block. */
  #load(at: number, count: number): boolean {
    if (at + count > this.#limit) return false;
    const inside = this.#windowStart !== -1 && at >= this.#windowStart;
    if (inside && at + count <= this.#windowStart + this.#windowLength) return true;
    this.#windowStart = at - (at % blockSize);
    this.#windowLength = readSync(this.#file, this.#window, 0, windowSize, this.#windowStart);
    return at + count <= this.#windowStart + this.#windowLength;
  }
}
