import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { type HubError, sentenceOf } from '../error.ts';
import { trouble } from './trouble.ts';

const headLength = 64 * 1024;

/** The first bytes of a file, of the packed content where asked for. */
export async function readStart(path: string, unpacked: boolean): Promise<Buffer> {
  if (!unpacked) {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headLength), 0, headLength, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readBytes(path, true)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= headLength) break;
  }
  return Buffer.concat(chunks);
}

/** A file's bytes in order, unpacked where asked for. */
export async function* readBytes(path: string, packed: boolean): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: headLength });
  if (!packed) {
    yield* file as AsyncIterable<Buffer>;
    return;
  }
  const unpacker = createGunzip();
  file.once('error', (error) => unpacker.destroy(error));
  file.pipe(unpacker);
  try {
    yield* unpacker as AsyncIterable<Buffer>;
  } catch (error) {
    throw badArchive(path, error);
  } finally {
    file.destroy();
  }
}

/** Writes the unpacked content of `path` into `target`. */
export async function unpackTo(path: string, target: string): Promise<void> {
  await pipeline(createReadStream(path), createGunzip(), createWriteStream(target)).catch(
    (error: unknown) => {
      throw badArchive(path, error);
    },
  );
}

function badArchive(path: string, cause: unknown): HubError {
  return trouble(
    'bad-archive',
    `${path} does not unpack: ${sentenceOf(cause)}`,
    'it was cut or damaged on its way; fetch it again',
    cause,
  );
}
