import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { ApiError, sentenceOf } from '../errors.ts';
import { contentTypeOf } from '../media.ts';
import type { SaveRecord } from '../spool/records.ts';
import type { Delivery, Parcel, Refusal } from './delivery.ts';
import { deliver } from './delivery.ts';
import { inParallel } from './parallel.ts';
import type { Target } from './target.ts';

export interface SaveLimits {
  /** Bytes from which on a file goes in parts of `part` bytes. */
  readonly split: number;
  readonly part: number;
  readonly size: number;
  /** Files of one request. */
  readonly batch: number;
}

interface FileParcel extends Parcel {
  readonly save: SaveRecord;
}

interface Candidate<Item> {
  readonly parcel: Item;
  readonly source: string;
  readonly entry: {
    readonly path: string;
    readonly size: number;
    readonly md5: string;
    readonly mimeType: string;
  };
}

/** Says what is coming, puts the bytes, says that they are there: files, or parts of them where they are large. */
export async function uploadFiles<Item extends FileParcel>(
  target: Target,
  parcels: readonly Item[],
  options: { limits: SaveLimits; signal: AbortSignal; locate: (save: SaveRecord) => string | undefined },
): Promise<Delivery<Item>> {
  const { limits, signal } = options;
  const refused: Refusal<Item>[] = [];
  const candidates: Candidate<Item>[] = [];
  for (const parcel of parcels) {
    const source = options.locate(parcel.save);
    if (source === undefined)
      refused.push({ item: parcel, detail: `${parcel.save.sourcePath} is not there any more` });
    else if (statSync(source).size > limits.size) {
      refused.push({
        item: parcel,
        detail: `${source} is larger than the ${limits.size} bytes that SwanLab takes`,
      });
    } else candidates.push({ parcel, source, entry: await describe(parcel.save.name, source) });
  }
  const failed = new Map<Item, unknown>();
  const delivery = await deliver(
    candidates.map(({ parcel }) => parcel),
    async (part) => {
      const chosen = new Set(part);
      const batch = candidates.filter(({ parcel }) => chosen.has(parcel));
      const small = batch.filter(({ entry }) => entry.size < limits.split);
      const large = batch.filter(({ entry }) => entry.size >= limits.split);
      for (let at = 0; at < small.length; at += limits.batch) {
        await putSmall(target, small.slice(at, at + limits.batch), failed, signal);
      }
      for (let at = 0; at < large.length; at += limits.batch) {
        await putLarge(target, large.slice(at, at + limits.batch), { part: limits.part, failed, signal });
      }
    },
  );
  const remaining = [...delivery.sent.filter((item) => failed.has(item)), ...delivery.remaining];
  const [error] = failed.values();
  return {
    sent: delivery.sent.filter((item) => !failed.has(item)),
    refused: [...refused, ...delivery.refused],
    remaining,
    ...(failed.size > 0
      ? {
          error: new Error(`${failed.size} files could not be stored: ${sentenceOf(error)}`),
          verdict: 'again' as const,
        }
      : delivery.verdict !== undefined && { error: delivery.error, verdict: delivery.verdict }),
  };
}

async function describe(name: string, source: string): Promise<Candidate<never>['entry']> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(source)) hash.update(chunk as Buffer);
  return {
    path: name,
    size: statSync(source).size,
    md5: hash.digest('hex'),
    mimeType: contentTypeOf(source),
  };
}

async function putSmall<Item>(
  target: Target,
  batch: readonly Candidate<Item>[],
  failed: Map<Item, unknown>,
  signal: AbortSignal,
): Promise<void> {
  const base = `/experiment/${target.experimentId}/files`;
  const files = batch.map(({ entry }) => entry);
  const { data } = await target.session.post(`${base}/prepare`, { files }, { patience: 'none', signal });
  const urls = listOf(data, 'urls', files.length, `${base}/prepare`);
  await inParallel(10, batch, async ({ parcel, source, entry }, index) => {
    await attempt(parcel, failed, async () => {
      const body = await readPart(source, 0, entry.size);
      await target.session.fetchObject('PUT', String(urls[index]), {
        body,
        contentType: entry.mimeType,
        signal,
      });
    });
  });
  const stored = batch.filter(({ parcel }) => !failed.has(parcel));
  if (stored.length === 0) return;
  const done = stored.map(({ entry }) => ({ path: entry.path, state: 'UPLOADED' }));
  await target.session.post(`${base}/complete`, { files: done }, { patience: 'none', signal });
}

async function putLarge<Item>(
  target: Target,
  batch: readonly Candidate<Item>[],
  options: { part: number; failed: Map<Item, unknown>; signal: AbortSignal },
): Promise<void> {
  const { failed, signal } = options;
  const base = `/experiment/${target.experimentId}/files`;
  const files = batch.map(({ entry }) => ({ ...entry, count: Math.ceil(entry.size / options.part) }));
  const { data } = await target.session.post(
    `${base}/prepare-multipart`,
    { files },
    { patience: 'none', signal },
  );
  const plans = listOf(data, 'files', files.length, `${base}/prepare-multipart`);
  const done: object[] = [];
  for (const [index, { parcel, source, entry }] of batch.entries()) {
    const plan = plans[index] as { uploadId?: unknown; parts?: { partNumber: number; url: string }[] };
    await attempt(parcel, failed, async () => {
      const parts: { partNumber: number; etag: string }[] = [];
      const planned = listOf(plan, 'parts', files[index]?.count ?? 0, `${base}/prepare-multipart`);
      await inParallel(3, planned as { partNumber: number; url: string }[], async ({ partNumber, url }) => {
        const begin = (partNumber - 1) * options.part;
        const body = await readPart(source, begin, Math.min(options.part, entry.size - begin));
        const { headers } = await target.session.fetchObject('PUT', url, {
          body,
          contentType: 'application/octet-stream',
          signal,
        });
        parts.push({ partNumber, etag: (headers.get('etag') ?? '').replaceAll('"', '') });
      });
      parts.sort((one, other) => one.partNumber - other.partNumber);
      done.push({ path: entry.path, uploadId: plan.uploadId, parts });
    });
  }
  if (done.length === 0) return;
  await target.session.post(`${base}/complete-multipart`, { files: done }, { patience: 'none', signal });
}

async function attempt<Item>(
  parcel: Item,
  failed: Map<Item, unknown>,
  put: () => Promise<void>,
): Promise<void> {
  try {
    await put();
    failed.delete(parcel);
  } catch (error) {
    failed.set(parcel, error);
  }
}

async function readPart(source: string, begin: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(source, 'r');
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, begin);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function listOf(data: unknown, name: string, length: number, url: string): readonly unknown[] {
  const list = (data as Record<string, unknown> | undefined)?.[name];
  if (Array.isArray(list) && list.length === length) return list;
  const given = Array.isArray(list) ? `${list.length} entries` : 'no list';
  const detail = `${given} of "${name}" for ${length} files`;
  throw new ApiError({ method: 'POST', url: `/api${url}`, status: 200, code: 'invalid-answer', detail });
}
