import { readFileSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Fingerprint } from '@temper/fingerprint';
import { hasCode, StoreError } from './error.ts';
import { uniqueName } from './files.ts';
import type { Layout } from './layout.ts';
import type { Claim, Holder } from './store.ts';

interface Ticket extends Holder {
  /** Tells two claims of one process apart. */
  readonly id: string;
}

/** Claims a fingerprint. A claim whose owner is dead is taken over, with the work it left behind. */
export async function claimWork(
  layout: Layout,
  fingerprint: Fingerprint,
): Promise<Claim | { readonly heldBy: Holder }> {
  const folder = layout.claim(fingerprint);
  const path = join(folder, 'claim.json');
  await mkdir(folder, { recursive: true });
  const ticket: Ticket = { ...self(), id: uniqueName(), since: new Date().toISOString() };
  const draft = `${path}.${ticket.id}`;
  await writeFile(draft, JSON.stringify(ticket));
  try {
    for (;;) {
      try {
        // A link either makes the name or finds it taken: no two processes can both succeed.
        await link(draft, path);
        break;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
      }
      const holder = await readTicket(path);
      if (holder !== undefined && isAlive(holder)) return { heldBy: holder };
      await dethrone(path, holder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  const inherited = (await readdir(folder)).some((name) => name !== 'claim.json');
  const isHeld = async (): Promise<boolean> => (await readTicket(path))?.id === ticket.id;
  return {
    fingerprint,
    workFolder: folder,
    inherited,
    async assertHeld() {
      if (await isHeld()) return;
      throw new StoreError('lost-claim', 'another process took this step over while this one stood still', {
        hint: 'run the same command again: it finds what the other process made',
      });
    },
    async release({ removeWork }) {
      if (!(await isHeld())) return;
      if (removeWork) {
        // Renamed first, so that nobody finds half a folder; the claim goes with it.
        const gone = join(layout.incoming, uniqueName());
        await mkdir(layout.incoming, { recursive: true });
        await rename(folder, gone);
        await rm(gone, { recursive: true, force: true });
      } else await rm(path, { force: true });
    },
  };
}

/** The live claims of a store. */
export async function liveClaims(
  layout: Layout,
): Promise<readonly { readonly fingerprint: Fingerprint; readonly holder: Holder }[]> {
  const claims: { fingerprint: Fingerprint; holder: Holder }[] = [];
  for (const name of await readdir(layout.work).catch(() => [])) {
    const holder = await readTicket(join(layout.work, name, 'claim.json'));
    if (holder !== undefined && isAlive(holder)) claims.push({ fingerprint: name as Fingerprint, holder });
  }
  return claims;
}

/** Moves a dead owner's claim aside. Only one of several rivals gets it; a live claim moved by mistake is put back. */
async function dethrone(path: string, dead: Ticket | undefined): Promise<void> {
  const aside = `${path}.${uniqueName()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await readTicket(aside);
  if (moved !== undefined && moved.id !== dead?.id) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function readTicket(path: string): Promise<Ticket | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Ticket;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** This process, in the words that let others tell whether it is still alive. */
export function self(): Omit<Holder, 'since'> {
  return { host: hostname(), bootId: bootId(), pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
}

/** Whether the process that wrote a ticket still runs: same machine, same boot, same pid started at the same time. */
export function isAlive(holder: Omit<Holder, 'since'>): boolean {
  // Of another machine nothing can be known, so its word is taken.
  if (holder.host !== hostname()) return true;
  if (holder.bootId !== bootId()) return false;
  const startTime = startTimeOf(holder.pid);
  if (startTime !== undefined) return startTime === holder.startTime;
  try {
    process.kill(holder.pid, 0);
    return holder.startTime === '';
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot; undefined where there is no such process or no /proc. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended although its entry is still there.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
