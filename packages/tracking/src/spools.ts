import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SwanLabClient, SyncReport } from '@swanlab/sdk-http';
import { placeRecords } from './records.ts';

/** A process, in words that let others tell whether it is still alive. */
export interface Writer {
  readonly host: string;
  readonly bootId: string;
  readonly pid: number;
  readonly startTime: string;
}

/** What lies beside a record log, so that the log need not be read to say whose it is. */
export interface SpoolNote {
  readonly label: string;
  readonly project: string;
  /** null for that of whoever uploads it. */
  readonly workspace: string | null;
  readonly id: string;
  readonly writer: Writer;
}

/** The folder of one tracking run. */
export interface Spool {
  readonly run: number;
  /** Absolute. */
  readonly folder: string;
  readonly label: string;
  readonly note: SpoolNote | undefined;
  /** Whether a later spool goes on with the same tracking run, and says how it ended. */
  readonly goesOn: boolean;
}

/** What an upload did. */
export interface SyncedSpool extends SyncReport {
  /** Where it can be seen; null for a spool that another program made. */
  readonly url: string | null;
}

const noteName = 'temper.json';

/** Leaves a note in a new spool. */
export function writeNote(folder: string, note: SpoolNote): void {
  try {
    writeFileSync(join(folder, noteName), `${JSON.stringify(note, null, 2)}\n`);
  } catch {
    // Without it an upload works as well and says less.
  }
}

/** The spools below `.temper/runs`: of one run, or of all, oldest first. */
export function findSpools(runs: string, only?: number): readonly Spool[] {
  const numbers = list(runs)
    .map(Number)
    .filter(Number.isInteger)
    .sort((one, other) => one - other);
  const found = numbers.flatMap((run) => {
    const folder = join(runs, String(run), 'swanlab');
    return list(folder)
      .filter((name) => name.startsWith('run-'))
      .map((name) => ({ run, folder: join(folder, name), note: readNote(join(folder, name)) }));
  });
  return found
    .map(({ run, folder, note }, at) => ({
      run,
      folder,
      note,
      label: note?.label ?? basename(folder),
      goesOn: note !== undefined && found.slice(at + 1).some((later) => later.note?.id === note.id),
    }))
    .filter(({ run }) => only === undefined || run === only);
}

/**
 * Uploads what the server does not have of a spool yet, and remembers where its curves are now. A second call finds nothing
 * to do. Rejects where the server does; `username` owns what was tracked before anybody had logged in.
 */
export async function syncSpool(
  spool: Spool,
  options: {
    readonly client: SwanLabClient;
    readonly username: string;
    readonly records: string;
    /** Whether nobody writes to it any longer. */
    readonly left: boolean;
  },
): Promise<SyncedSpool> {
  const { client, records, left } = options;
  const report = await client.syncFolder(spool.folder, {
    leaveOpen: spool.goesOn,
    ...(left && { unended: 'CRASHED' as const }),
  });
  if (spool.note === undefined) return { ...report, url: null };
  const owner = spool.note.workspace ?? options.username;
  const url = `${client.settings.webHost}/@${owner}/${spool.note.project}/runs/${report.runId}`;
  placeRecords(records, spool.folder, url);
  return { ...report, url };
}

function readNote(folder: string): SpoolNote | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, noteName), 'utf8')) as SpoolNote;
  } catch {
    return undefined;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
