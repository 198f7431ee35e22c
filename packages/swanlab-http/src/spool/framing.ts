import { crc32 } from 'node:zlib';

/**
 * The frame of a `.swanlab` record log, version 2: seven bytes that name the file, then blocks of 32 KiB in which each
 * piece of a record is a chunk with a checksum of its own. It is LevelDB's log format with zlib's CRC-32.
 * https://github.com/google/leveldb/blob/main/doc/log_format.md
 */

export const blockSize = 32_768;
/** Both the file's header and a chunk's are seven bytes long. */
export const headerSize = 7;

export const ChunkType = { full: 1, first: 2, middle: 3, last: 4 } as const;

const identity = Buffer.from(':SWL');
const magic = 0xe1d6;
export const logVersion = 2;

export function fileHeader(): Buffer {
  const header = Buffer.alloc(headerSize);
  identity.copy(header);
  header.writeUInt16LE(magic, 4);
  header[6] = logVersion;
  return header;
}

export type HeaderVerdict = 'good' | 'not-a-record-log' | 'other-version';

export function checkHeader(header: Buffer): HeaderVerdict {
  if (
    header.length < headerSize ||
    !header.subarray(0, 4).equals(identity) ||
    header.readUInt16LE(4) !== magic
  ) {
    return 'not-a-record-log';
  }
  return header[6] === logVersion ? 'good' : 'other-version';
}

/** Fills in the seven bytes at `at` for a chunk whose data already lies behind them. */
export function sealChunk(bytes: Buffer, at: number, length: number, type: number): void {
  bytes.writeUInt16LE(length, at + 4);
  bytes[at + 6] = type;
  // The checksum covers the type byte and the data, which lie side by side.
  bytes.writeUInt32LE(crc32(bytes.subarray(at + 6, at + headerSize + length)), at);
}

export function chunkIsSound(bytes: Buffer, at: number, length: number): boolean {
  return crc32(bytes.subarray(at + 6, at + headerSize + length)) === bytes.readUInt32LE(at);
}
