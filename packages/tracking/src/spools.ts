import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { SwanLabClient, SyncReport } from '@swanlab/sdk-http';
import { placeHolders } from './holders.ts';

/** What lies beside a record log, so that the log need not be read to say whose it is. */
export interface SpoolNote {
  readonly label: string;
  readonly project: string;
  /** null for that of whoever uploads it. */
  readonly workspace: string | null;
}

/** The folder of one tracking run. */
export interface Spool {
  readonly run: number;
  /** Absolute. */
  readonly folder: string;
  readonly label: string;
  readonly note: SpoolNote | undefined;
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
    .filter((number) => Number.isInteger(number) && (only === undefined || number === only))
    .sort((one, other) => one - other);
  return numbers.flatMap((run) => {
    const folder = join(runs, String(run), 'swanlab');
    return list(folder)
      .filter((name) => name.startsWith('run-'))
      .map((name) => {
        const note = readNote(join(folder, name));
        return { run, folder: join(folder, name), label: note?.label ?? basename(name), note };
      });
  });
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
    readonly workspace: string;
    readonly index: string;
  },
): Promise<SyncedSpool> {
  const { client, workspace, index } = options;
  const report = await client.syncFolder(spool.folder);
  if (spool.note === undefined) return { ...report, url: null };
  const owner = spool.note.workspace ?? options.username;
  const url = `${client.settings.webHost}/@${owner}/${spool.note.project}/runs/${report.runId}`;
  placeHolders(index, relative(workspace, spool.folder), url);
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
