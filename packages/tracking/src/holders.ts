import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The tracking run that holds the curves of a result. */
export interface Holder {
  readonly project: string;
  /** null when it was tracked before anybody had logged in. */
  readonly workspace: string | null;
  readonly id: string;
  /** null until the server knows it. */
  readonly url: string | null;
  /** The run of Temper that made the result. */
  readonly run: number;
  /** Its spool, relative to the workspace. */
  readonly folder: string;
}

/** Who holds the curves of the result with this fingerprint; undefined where nobody remembers. */
export function readHolder(index: string, fingerprint: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(index, fingerprint), 'utf8')) as Holder;
  } catch {
    // Made in another checkout, before there was tracking, or the index was deleted, as anybody may.
    return undefined;
  }
}

export function writeHolder(index: string, fingerprint: string, holder: Holder): void {
  mkdirSync(index, { recursive: true });
  const file = fileOf(index, fingerprint);
  writeFileSync(`${file}.part`, `${JSON.stringify(holder, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}

/** Notes the address of the tracking runs that were uploaded from a spool. */
export function placeHolders(index: string, folder: string, url: string): void {
  for (const fingerprint of fingerprintsIn(index)) {
    const holder = readHolder(index, fingerprint);
    if (holder?.folder === folder && holder.url !== url) writeHolder(index, fingerprint, { ...holder, url });
  }
}

function fingerprintsIn(index: string): readonly string[] {
  try {
    return readdirSync(index).flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

function fileOf(index: string, fingerprint: string): string {
  return join(index, `${fingerprint}.json`);
}
