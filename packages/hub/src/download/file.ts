import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { createMeasure, type Measured } from '../digest.ts';
import { HubError } from '../error.ts';
import type { HubFile } from '../hubs/hub.ts';
import type { Hashing, HashingThread } from './hashing.ts';
import { openPartial, type Partial } from './partial.ts';
import type { Permits } from './permits.ts';
import type { Piece } from './piece.ts';
import type { Identity, Remote } from './remote.ts';
import { NoRanges, type Reading, segmentSize } from './segment.ts';
import { readSegments } from './segments.ts';
import { readStream } from './stream.ts';

/** A file that is here and is what its hub says it is. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** In lower-case hexadecimal, whatever the hub itself names the content by. */
  readonly sha256: string;
}

/** Throws when the content is not what it should be; `sha256` is compared with what a lock promised. */
export function assertContent(file: HubFile, measured: Measured, promised: string | undefined): StoredFile {
  if (measured.size !== file.size) {
    throw wrongDigest(file, `${measured.size} bytes came instead of ${file.size}`);
  }
  if (measured.found.value !== file.digest.value) {
    throw wrongDigest(
      file,
      `its ${names[file.digest.algorithm]} is ${measured.found.value}, and the hub lists ${file.digest.value}`,
    );
  }
  if (promised !== undefined && measured.sha256 !== promised) {
    throw wrongDigest(file, `its SHA-256 is ${measured.sha256}, and ${promised} was pinned`);
  }
  return { path: file.path, size: file.size, sha256: measured.sha256 };
}

const names = { sha256: 'SHA-256', 'git-blob-sha1': 'git blob SHA-1' } as const;

function wrongDigest(file: HubFile, how: string): HubError {
  return new HubError({
    reason: 'wrong-digest',
    message: `${file.path} arrived broken: ${how}`,
    hint: 'it was thrown away: run again, and use another mirror if it happens twice',
  });
}

/** What all files of a download share. */
export interface FileReading extends Reading {
  readonly permits: Permits;
  readonly hashing: HashingThread;
}

/** Downloads one file, hashing each byte as it is written, and names it only when it is right. */
export async function downloadFile(
  createRemote: (identity: Identity) => Remote,
  file: HubFile,
  place: {
    readonly into: string;
    readonly partials: string;
    readonly promised?: string | undefined;
  },
  reading: FileReading,
): Promise<StoredFile> {
  for (;;) {
    const partial = await openPartial(place.partials, file);
    const resumed = partial.length;
    try {
      const hashing = reading.hashing.begin(file.digest, file.size);
      await partial.hashBeginning(hashing);
      reading.tally.found(resumed);
      await receiveRest(createRemote(partial.identity), partial, hashing, reading);
      const stored = assertContent(file, await hashing.end(), place.promised);
      await partial.finish(join(place.into, file.path));
      reading.tally.fileDone();
      return stored;
    } catch (error) {
      if (!(error instanceof HubError) || !refutesBeginning.has(error.reason)) {
        await partial.keep();
        throw error;
      }
      await partial.discard();
      // The beginning came from an earlier run and may have been damaged since: once more, from the start.
      if (error.reason !== 'wrong-digest' || resumed === 0) throw error;
      reading.tally.found(-file.size);
    }
  }
}

/** These say that what has come is no beginning of the file. After anything else it waits for the next try. */
const refutesBeginning = new Set<string>(['changed', 'wrong-length', 'wrong-digest']);

async function receiveRest(
  remote: Remote,
  partial: Partial,
  hashing: Hashing,
  reading: FileReading,
): Promise<void> {
  const write = async (pieces: AsyncIterable<Piece>) => {
    // A file of one segment is sooner fetched again than remembered.
    let remembered = remote.file.size <= segmentSize;
    for await (const piece of pieces) {
      if (!remembered) await partial.remember();
      remembered = true;
      partial.append(piece.chunks);
      await hashing.add(piece);
    }
  };
  if (partial.length === remote.file.size) return;
  try {
    await write(readSegments(remote, partial.length, reading));
  } catch (error) {
    if (!(error instanceof NoRanges)) throw error;
    await write(readStream(remote, partial.length, reading));
  }
}

/** A file that an earlier run finished, if it is still right; a wrong one is removed. */
export async function standingFile(file: HubFile, into: string, promised: string | undefined) {
  const path = join(into, file.path);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isFile() && found.size === file.size) {
    const measure = createMeasure(file.digest, file.size);
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) measure.add(chunk);
    try {
      return assertContent(file, measure.end(), promised);
    } catch {
      // Downloaded anew below.
    }
  }
  await rm(path, { recursive: true, force: true });
  return undefined;
}
