import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { type HubError, sentenceOf } from '../error.ts';
import { trouble } from './trouble.ts';

const headLength = 64 * 1024;

/** The first bytes of a file, of the packed content where asked for. */
export async function readStart(path: string, name: string, unpacked: boolean): Promise<Buffer> {
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
  for await (const chunk of readBytes(path, name, true)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= headLength) break;
  }
  return Buffer.concat(chunks);
}

/** A file's bytes in order, unpacked where asked for. */
export async function* readBytes(path: string, name: string, packed: boolean): AsyncGenerator<Buffer> {
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
    throw badArchive(name, error);
  } finally {
    file.destroy();
  }
}

/** Writes the unpacked content of `path` into `target`. */
export async function unpackTo(path: string, name: string, target: string): Promise<void> {
  await pipeline(createReadStream(path), createGunzip(), createWriteStream(target)).catch(
    (error: unknown) => {
      throw badArchive(name, error);
    },
  );
}

function badArchive(name: string, cause: unknown): HubError {
  return trouble(
    'bad-archive',
    `${name} does not unpack: ${sentenceOf(cause)}`,
    'it was cut or damaged on its way; fetch it again',
    cause,
  );
}
