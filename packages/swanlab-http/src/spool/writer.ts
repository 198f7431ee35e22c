import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { blockSize, ChunkType, fileHeader, headerSize, sealChunk } from './framing.ts';

/** Bytes that are kept back before they go to the file. */
const flushAt = 2 * blockSize;
/** Bytes that are kept when the file cannot take them; past this the writer refuses. */
const mostKept = 8 * 1024 * 1024;

/** A place for a record's bytes, as `SpoolWriter.reserve` hands it out. */
export interface Slot {
  readonly bytes: Buffer;
  readonly at: number;
}

/**
 * Appends records to a new log. Bytes gather in memory until there are two blocks of them or somebody flushes; if the disk
 * is full they stay there, up to 8 MiB, and are tried again with the next flush.
 */
export class SpoolWriter {
  readonly path: string;
  readonly #file: number;
  #kept = Buffer.allocUnsafe(4 * blockSize);
  #length = 0;
  #flushed = 0;
  #closed = false;

  /** Creates the file; one that exists is an error, never continued. */
  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'wx', 0o644);
    const header = fileHeader();
    header.copy(this.#kept);
    this.#length = header.length;
  }

  /** Where the next record will begin. */
  get position(): number {
    return this.#flushed + this.#length;
  }

  /** How far a reader of the file may read. */
  get flushed(): number {
    return this.#flushed;
  }

  /**
   * Room for a record of at most `most` bytes that fits the current block, to be written in place and then committed.
   * Undefined where the block is too full; then `append` splits it.
   */
  reserve(most: number): Slot | undefined {
    if (this.#closed || this.#length > mostKept) return undefined;
    const left = blockSize - (this.position % blockSize);
    if (left < headerSize + most) return undefined;
    this.#makeRoom(headerSize + most);
    return { bytes: this.#kept, at: this.#length + headerSize };
  }

  /** Seals what was written into the slot last reserved, up to `end`. */
  commit({ bytes, at }: Slot, end: number): void {
    sealChunk(bytes, at - headerSize, end - at, ChunkType.full);
    this.#length = end;
    if (this.#length >= flushAt) this.#tryFlush();
  }

  /** Whether the record was taken; false means that the disk is full and so is the memory kept for that case. */
  append(record: Uint8Array): boolean {
    if (this.#closed || this.#length + record.length > mostKept + flushAt) return false;
    for (let used = 0, first = true, last = false; !last;) {
      const left = blockSize - (this.position % blockSize);
      if (left < headerSize) {
        this.#pad(left);
        continue;
      }
      const length = Math.min(record.length - used, left - headerSize);
      last = used + length === record.length;
      this.#chunk(record.subarray(used, used + length), chunkType(first, last));
      used += length;
      first = false;
    }
    if (this.#length >= flushAt) this.#tryFlush();
    return true;
  }

  /** Hands everything to the operating system; throws what the disk says. */
  flush(): void {
    let written = 0;
    try {
      while (written < this.#length) {
        written += writeSync(
          this.#file,
          this.#kept,
          written,
          this.#length - written,
          this.#flushed + written,
        );
      }
    } finally {
      this.#kept.copyWithin(0, written, this.#length);
      this.#length -= written;
      this.#flushed += written;
    }
  }

  /** Flushes to the disk itself and closes. Closing twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.flush();
      fsyncSync(this.#file);
    } finally {
      closeSync(this.#file);
    }
  }

  #tryFlush(): void {
    try {
      this.flush();
    } catch {
      // The bytes are still here; whoever flushes by hand hears about it.
    }
  }

  #chunk(data: Uint8Array, type: number): void {
    this.#makeRoom(headerSize + data.length);
    this.#kept.set(data, this.#length + headerSize);
    sealChunk(this.#kept, this.#length, data.length, type);
    this.#length += headerSize + data.length;
  }

  /** The rest of a block that is too short for a header. */
  #pad(count: number): void {
    this.#makeRoom(count);
    this.#kept.fill(0, this.#length, this.#length + count);
    this.#length += count;
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#kept.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#kept.length * 2, this.#length + count));
    this.#kept.copy(grown, 0, 0, this.#length);
    this.#kept = grown;
  }
}

function chunkType(first: boolean, last: boolean): number {
  if (first) return last ? ChunkType.full : ChunkType.first;
  return last ? ChunkType.last : ChunkType.middle;
}
