import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { externalFileDigest, externalFolderDigest, type Digest, type StatCache } from '@temper/fingerprint';
import type { Pin } from '@temper/pipeline';
import type { StepIdentity } from './identity.ts';

/** The digest of a pinned file or folder, read as far as it is not known yet. */
export function digestOutside(
  pin: Extract<Pin, { type: 'file' | 'folder' }>,
  source: string,
  stats: StatCache,
): Promise<Digest> {
  return pin.type === 'file' ? externalFileDigest(source, stats) : externalFolderDigest(source, stats);
}

/** What files and folders from outside look like, by their absolute paths. */
type Looks = Readonly<Record<string, string>>;

/** Beside the job's folder, so that whoever adopts the job can tell, too. */
function notesIn(workFolder: string): string {
  return join(workFolder, 'outside.json');
}

/** Notes what the files and folders from outside look like before a job begins to read them. */
export async function noteOutside(identity: StepIdentity, workFolder: string): Promise<void> {
  await writeFile(notesIn(workFolder), JSON.stringify(lookOutside(identity)));
}

/**
 * The first file or folder from outside that is not what it was when the job began, by its looks or by its bytes: the
 * job may have read either state.
 */
export async function changedOutside(
  identity: StepIdentity,
  workFolder: string,
  stats: StatCache,
): Promise<string | undefined> {
  const before = JSON.parse(await readFile(notesIn(workFolder), 'utf8').catch(() => '{}')) as Looks;
  const now = lookOutside(identity);
  for (const { pin, source, digest } of identity.externals ?? []) {
    if (source === undefined || (pin.type !== 'file' && pin.type !== 'folder')) continue;
    const looksSame = before[source] !== undefined && before[source] === now[source];
    if (!looksSame || (await digestOutside(pin, source, stats).catch(() => undefined)) !== digest)
      return pin.path;
  }
  return undefined;
}

function lookOutside(identity: StepIdentity): Looks {
  const seen: Record<string, string> = {};
  for (const { source } of identity.externals ?? []) {
    if (source !== undefined && existsSync(source)) seen[source] = look(source);
  }
  return seen;
}

/** The newest change of a file, or of all in a folder, with their number: no write leaves both as they were. */
function look(source: string): string {
  let files = 0;
  let newest = 0n;
  const pending = [source];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const stat = lstatSync(path, { bigint: true });
    files += 1;
    if (stat.ctimeNs > newest) newest = stat.ctimeNs;
    if (stat.isDirectory()) for (const name of readdirSync(path)) pending.push(join(path, name));
  }
  return `${String(files)}:${String(newest)}`;
}
