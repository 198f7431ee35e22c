/**
 * Which tracking run has the curves of which result, by fingerprint. A door of its own, since the command's quick way says
 * it, too, and must not load a client behind the other one.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';

/** The tracking run that has the curves of a result. */
export interface TrackingRecord {
  readonly project: string;
  /** null when it was tracked before anybody had logged in. */
  readonly workspace: string | null;
  readonly id: string;
  /** null until the server knows it. */
  readonly url: string | null;
  /** The run of Temper that made the result. */
  readonly run: number;
  /** Its spool, absolute. */
  readonly folder: string;
  /** False until its job has come to an end of its own: whoever takes that job up goes on in the same tracking run. */
  readonly ended: boolean;
}

/** What is known of the result with this fingerprint; undefined where nobody remembers. */
export function readRecord(records: string, fingerprint: string): TrackingRecord | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(records, fingerprint), 'utf8')) as TrackingRecord;
  } catch {
    // Made by another user, or before there was tracking.
    return undefined;
  }
}

export function writeRecord(records: string, fingerprint: string, record: TrackingRecord): void {
  const file = fileOf(records, fingerprint);
  const draft = `${file}.${String(process.pid)}`;
  try {
    mkdirSync(records, { recursive: true });
    writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`);
    renameSync(draft, file);
  } catch {
    // A disk that is full, or not ours: then nobody remembers, and tracking goes on.
  }
}

/** Notes the address of the tracking runs that were uploaded from a spool. */
export function placeRecords(records: string, folder: string, url: string): void {
  for (const fingerprint of fingerprintsIn(records)) {
    const record = readRecord(records, fingerprint);
    if (record?.folder === folder && record.url !== url)
      writeRecord(records, fingerprint, { ...record, url });
  }
}

/** What a result object says of a step's tracking run. */
export interface StepTracking {
  readonly url: string | null;
  readonly project: string;
  readonly workspace: string | null;
  readonly id: string;
  readonly run: number;
  /** Relative to the workspace; absolute where another checkout has it. */
  readonly folder: string;
}

/** Of each step that has curves somewhere, where they are. */
export function withTracking<Step extends { readonly fingerprint: string | null }>(
  steps: readonly Step[],
  /** `tracking` is where it is remembered. */
  places: { readonly tracking: string; readonly workspace: string },
): readonly (Step & { readonly tracking?: StepTracking })[] {
  // One look at the folder instead of one for each of thousands of steps, most of which were never tracked.
  const known = new Set<string | null>(fingerprintsIn(places.tracking));
  return steps.map((step) => {
    const { fingerprint } = step;
    const record =
      fingerprint === null || !known.has(fingerprint) ? undefined : readRecord(places.tracking, fingerprint);
    if (record === undefined) return step;
    const { url, project, workspace, id, run } = record;
    // Neither uploaded nor kept: there is nothing to see any more.
    if (url === null && !existsSync(record.folder)) return step;
    const inside = relative(places.workspace, record.folder);
    const folder = inside.startsWith('..') || isAbsolute(inside) ? record.folder : inside;
    return { ...step, tracking: { url, project, workspace, id, run, folder } };
  });
}

/** Whether a step was ever tracked here. */
export function hasRecords(places: { readonly tracking: string }): boolean {
  return fingerprintsIn(places.tracking).length > 0;
}

function fingerprintsIn(records: string): readonly string[] {
  try {
    return readdirSync(records).flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

function fileOf(records: string, fingerprint: string): string {
  return join(records, `${fingerprint}.json`);
}
