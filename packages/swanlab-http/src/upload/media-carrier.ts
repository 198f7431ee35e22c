import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError, sentenceOf } from '../errors.ts';
import { contentTypeOf, mediaKindOf } from '../media.ts';
import type { MediaRecord } from '../spool/records.ts';
import { formatTimestamp } from '../timestamps.ts';
import type { Delivery, Parcel, Refusal } from './delivery.ts';
import { deliver } from './delivery.ts';
import type { Gate } from './gate.ts';
import type { Carrier } from './lane.ts';
import { inParallel } from './parallel.ts';
import type { Target } from './target.ts';
import { postMetrics } from './target.ts';

interface Item {
  /** Where the object goes: `media/text/003-ba7816bf.txt`. */
  readonly path: string;
  readonly caption: string;
  /** The bytes, or the file that holds them. */
  readonly source: Uint8Array | string;
}

interface MediaParcel extends Parcel {
  readonly record: MediaRecord;
  readonly time: string;
  readonly items: readonly Item[];
}

const puts = 10;
/** Objects that are remembered as uploaded, so that a batch that is sent again does not carry them twice. */
const remembered = 10_000;

/** Puts objects into storage and then sends the points that name them. */
export function createMediaCarrier(
  target: Target,
  gate: Gate,
  options: {
    folder: string;
    ready: (place: number) => Promise<void>;
    onMissing: (key: string, path: string) => void;
  },
): Carrier<MediaParcel> {
  const stored = new Set<string>();
  return {
    name: 'media',
    kinds: new Set(['media']),
    read(record, start) {
      if (record.kind !== 'media' || !gate.point('media', record.body.key, record.body.step))
        return undefined;
      const items = locateItems(record.body, options);
      const bytes = items.reduce((sum, item) => sum + item.path.length + item.caption.length + 40, 100);
      const time = formatTimestamp(record.body.time ?? record.time);
      return { start, key: record.body.key, bytes, record: record.body, time, items };
    },
    async deliver(parcels, signal) {
      const empty = parcels.filter((parcel) => parcel.items.length === 0);
      const refused: Refusal<MediaParcel>[] = empty.map((item) => ({
        item,
        detail: 'none of its files is there',
      }));
      const full = parcels.filter((parcel) => parcel.items.length > 0);
      if (full.length === 0) return { sent: [], refused, remaining: [] };
      const upload = await storeObjects(target, full, stored, signal);
      const failed = new Set(upload.remaining);
      const unwanted = new Set(upload.refused.map(({ item }) => item));
      const ready = full.filter((parcel) => !failed.has(parcel) && !unwanted.has(parcel));
      const [last] = ready.slice(-1);
      if (last === undefined) return { ...upload, sent: [], refused: [...refused, ...upload.refused] };
      await options.ready(last.start);
      const posted = await deliver(ready, async (part) => {
        await postMetrics(target, 'media', part.map(pointJson), signal);
      });
      return {
        sent: posted.sent,
        refused: [...refused, ...upload.refused, ...posted.refused],
        remaining: [...upload.remaining, ...posted.remaining].sort((one, other) => one.start - other.start),
        ...firstTrouble(posted, upload),
      };
    },
  };
}

function firstTrouble<Value>(...deliveries: Delivery<Value>[]): Partial<Delivery<Value>> {
  const troubled = deliveries.find((delivery) => delivery.remaining.length > 0);
  if (troubled?.verdict === undefined) return {};
  return { error: troubled.error, verdict: troubled.verdict };
}

function locateItems(
  record: MediaRecord,
  options: { folder: string; onMissing: (key: string, path: string) => void },
): Item[] {
  const kind = mediaKindOf(record.type) ?? 'text';
  return record.items.flatMap(({ fileName, caption, payload }): Item[] => {
    const path = `media/${kind}/${fileName}`;
    if (payload !== undefined) return [{ path, caption, source: payload }];
    const file = join(options.folder, kind, fileName);
    // A name with a slash would be read from outside the folder; no client writes one.
    if (!/[\\/]/.test(fileName) && existsSync(file) && statSync(file).isFile())
      return [{ path, caption, source: file }];
    options.onMissing(record.key, path);
    return [];
  });
}

/** Gets addresses and puts each object once; a parcel remains if any of its objects could not be put. */
async function storeObjects(
  target: Target,
  parcels: readonly MediaParcel[],
  stored: Set<string>,
  signal: AbortSignal,
): Promise<Delivery<MediaParcel>> {
  const failures = new Map<string, unknown>();
  const delivery = await deliver(parcels, async (part) => {
    const objects = new Map(part.flatMap((parcel) => parcel.items).map((item) => [item.path, item.source]));
    const paths = [...objects.keys()].filter((path) => !stored.has(path));
    if (paths.length === 0) return;
    const urls = await presign(target, paths, signal);
    await inParallel(puts, paths, async (path, index) => {
      const source = objects.get(path) as Uint8Array | string;
      try {
        const body = typeof source === 'string' ? readFileSync(source) : Buffer.from(source);
        await target.session.fetchObject('PUT', urls[index] as string, {
          body,
          contentType: contentTypeOf(path),
          signal,
        });
        if (stored.size >= remembered) stored.clear();
        stored.add(path);
        failures.delete(path);
      } catch (error) {
        failures.set(path, error);
      }
    });
  });
  const unstored = delivery.sent.filter((parcel) => parcel.items.some((item) => failures.has(item.path)));
  if (unstored.length === 0) return delivery;
  const [error] = failures.values();
  return {
    sent: [],
    refused: delivery.refused,
    remaining: [...unstored, ...delivery.remaining],
    // An address can have expired or the storage be away; a fresh address is worth another try whatever it said.
    error: new Error(`${failures.size} objects could not be stored: ${sentenceOf(error)}`, { cause: error }),
    verdict: 'again',
  };
}

async function presign(
  target: Target,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = '/resources/presigned/put';
  const body = { experimentId: target.experimentId, paths };
  const { data, status } = await target.session.post(path, body, { patience: 'none', signal });
  const urls: unknown = (data as { urls?: unknown } | undefined)?.urls;
  if (
    Array.isArray(urls) &&
    urls.length === paths.length &&
    urls.every((url) => typeof url === 'string' && url !== '')
  ) {
    return urls as string[];
  }
  const given = Array.isArray(urls) ? `${urls.length} addresses` : 'no list of addresses';
  throw new ApiError({
    method: 'POST',
    url: `/api${path}`,
    status,
    code: 'invalid-answer',
    detail: `${given} for ${paths.length} objects`,
  });
}

function pointJson({ record, time, items }: MediaParcel): string {
  const captions = items.map(({ caption }) => (caption === '' ? null : { caption }));
  return JSON.stringify({
    key: record.key,
    index: record.step,
    data: items.map((item) => item.path),
    // One entry for each object, so that a reader pairs them rightly; nothing where there is nothing to pair.
    more: captions.some((caption) => caption !== null) ? captions : [],
    create_time: time,
  });
}
