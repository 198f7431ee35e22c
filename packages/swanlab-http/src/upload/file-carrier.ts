import { readFileSync } from 'node:fs';
import { sentenceOf } from '../errors.ts';
import type { RunFolder } from '../spool/folder.ts';
import { locateSaved } from '../spool/folder.ts';
import type { SaveRecord } from '../spool/records.ts';
import { SaveType } from '../spool/records.ts';
import { fromYaml } from '../spool/yaml-reader.ts';
import type { Delivery, Parcel, Refusal } from './delivery.ts';
import { deliver, refusal } from './delivery.ts';
import type { Carrier } from './lane.ts';
import type { SaveLimits } from './saved-files.ts';
import { uploadFiles } from './saved-files.ts';
import type { Target } from './target.ts';

interface SaveParcel extends Parcel {
  readonly save: SaveRecord;
}

/** Sends the profile of a run (config, metadata and the like) and the files that were saved with it. */
export function createFileCarrier(
  target: Target,
  folder: RunFolder,
  limits: SaveLimits,
): Carrier<SaveParcel> {
  return {
    name: 'file',
    kinds: new Set(['save']),
    read(record, start) {
      if (record.kind !== 'save') return undefined;
      return { start, key: record.body.name || record.body.sourcePath, bytes: 200, save: record.body };
    },
    async deliver(parcels, signal) {
      const custom = parcels.filter(({ save }) => save.type === SaveType.custom);
      const profile = parcels.filter(({ save }) => save.type !== SaveType.custom);
      const sentProfile = await sendProfile(profile, (part) => putProfile(target, folder, part, signal));
      if (custom.length === 0) return sentProfile;
      const sentFiles = await uploadFiles(target, custom, {
        limits,
        signal,
        locate: (save) => locate(folder, save),
      });
      return join(sentProfile, sentFiles);
    },
  };
}

function locate(folder: RunFolder, save: SaveRecord): string | undefined {
  return locateSaved(folder, { ...save, custom: save.type === SaveType.custom });
}

/** Each of them replaces the one of its type before it, so of each type only the last is sent. */
async function sendProfile(
  parcels: readonly SaveParcel[],
  put: (parcel: SaveParcel) => Promise<void>,
): Promise<Delivery<SaveParcel>> {
  const last = new Map(parcels.map((parcel) => [parcel.save.type, parcel]));
  const sent: SaveParcel[] = parcels.filter((parcel) => last.get(parcel.save.type) !== parcel);
  const refused: Refusal<SaveParcel>[] = [];
  const remaining: SaveParcel[] = [];
  let trouble: Partial<Delivery<SaveParcel>> = {};
  for (const parcel of last.values()) {
    const delivery = await deliver([parcel], async () => {
      try {
        await put(parcel);
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        refused.push(refusal(parcel, error));
      }
    });
    if (!refused.some(({ item }) => item === parcel)) sent.push(...delivery.sent);
    refused.push(...delivery.refused);
    remaining.push(...delivery.remaining);
    if (delivery.verdict !== undefined) trouble = { error: delivery.error, verdict: delivery.verdict };
  }
  return { sent, refused, remaining, ...trouble };
}

class UnreadableFile extends Error {}

async function putProfile(
  target: Target,
  folder: RunFolder,
  { save }: SaveParcel,
  signal: AbortSignal,
): Promise<void> {
  const path = `/project/${target.projectPath}/runs/${target.experimentId}/profile`;
  await target.session.put(path, profileBody(save, readSaved(folder, save)), { patience: 'none', signal });
}

function readSaved(folder: RunFolder, save: SaveRecord): string {
  if (save.payload !== undefined) return Buffer.from(save.payload).toString('utf8');
  const path = locate(folder, save);
  if (path === undefined) throw new UnreadableFile(`${save.sourcePath} is not there any more`);
  return readFileSync(path, 'utf8');
}

function profileBody(save: SaveRecord, text: string): object {
  try {
    if (save.type === SaveType.config) return { config: fromYaml(text) ?? {} };
    if (save.type === SaveType.metadata) return { metadata: JSON.parse(text) as unknown };
  } catch (error) {
    throw new UnreadableFile(`${save.sourcePath}: ${sentenceOf(error)}`);
  }
  return save.type === SaveType.conda ? { conda: text } : { requirements: text };
}

function join(one: Delivery<SaveParcel>, other: Delivery<SaveParcel>): Delivery<SaveParcel> {
  const remaining = [...one.remaining, ...other.remaining].sort(
    (first, second) => first.start - second.start,
  );
  const troubled = one.verdict === undefined ? other : one;
  return {
    sent: [...one.sent, ...other.sent],
    refused: [...one.refused, ...other.refused],
    remaining,
    ...(troubled.verdict !== undefined && { error: troubled.error, verdict: troubled.verdict }),
  };
}
