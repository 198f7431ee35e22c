import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { link, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Fingerprint } from '@temper/fingerprint';
import { hasCode, StoreError } from './error.ts';
import { makeFolder, removeFile, uniqueName } from './files.ts';
import type { Layout } from './layout.ts';
import type { Claim, Holder } from './store.ts';

interface Ticket extends Holder {
  /** Tells two claims of one process apart. */
  readonly id: string;
}

const claimFile = 'claim.json';

/** How often a holder says that it lives, and after how long a silence it is taken for dead where nobody can look. */
const beatMilliseconds = 15_000;
const silentMilliseconds = 180_000;

/** A claim whose release leaves the folder of the job to be removed, which takes longest of all and holds nobody up. */
interface WorkClaim extends Omit<Claim, 'release'> {
  release(options: Parameters<Claim['release']>[0]): Promise<{ readonly removed: Promise<void> }>;
}

/** Claims a fingerprint. A claim whose owner is dead is taken over, with the work it left behind. */
export async function claimWork(
  layout: Layout,
  fingerprint: Fingerprint,
): Promise<WorkClaim | { readonly heldBy: Holder }> {
  const folder = layout.claim(fingerprint);
  const path = join(folder, claimFile);
  const ticket: Ticket = { ...self(), id: uniqueName(), since: new Date().toISOString() };
  const holder = await take(folder, path, ticket);
  if (holder !== undefined) return { heldBy: holder };
  const inherited = (await readdir(folder)).some((name) => !name.startsWith(claimFile));
  const isHeld = async (): Promise<boolean> => (await readTicket(path))?.id === ticket.id;
  // Whoever looks from where our process cannot be seen goes by this.
  const heartbeat = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined);
  }, beatMilliseconds).unref();
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
      clearInterval(heartbeat);
      if (!(await isHeld())) return { removed: Promise.resolve() };
      if (!removeWork) {
        await removeFile(path);
        return { removed: Promise.resolve() };
      }
      // Renamed first, so that nobody finds half a folder; the claim goes with it.
      const gone = join(layout.incoming, uniqueName());
      await makeFolder(layout.incoming);
      await rename(folder, gone);
      return { removed: rm(gone, { recursive: true, force: true }) };
    },
  };
}

/** Writes a ticket where nobody else's lies. Answers the holder when somebody alive has it. */
async function take(folder: string, path: string, ticket: Ticket): Promise<Holder | undefined> {
  const draft = `${path}.${ticket.id}`;
  try {
    for (let gone = 0; ;) {
      try {
        await makeFolder(folder);
        if (!existsSync(draft)) await writeFile(draft, JSON.stringify(ticket));
        // A link either makes the name or finds it taken: no two processes can both succeed.
        await link(draft, path);
        return undefined;
      } catch (error) {
        // Its owner is done and took the folder away under our hands; nobody does that many times over.
        if (hasCode(error, 'ENOENT') && (gone += 1) < 100) continue;
        if (!hasCode(error, 'EEXIST')) throw error;
      }
      const holder = await readTicket(path);
      if (holder !== undefined && (await isHeldStill(holder, path))) return holder;
      await dethrone(path, holder);
    }
  } finally {
    await removeFile(draft).catch(() => undefined);
  }
}

async function isHeldStill(holder: Holder, path: string): Promise<boolean> {
  const alive = aliveness(holder);
  if (alive !== 'unknown') return alive === 'alive';
  const beat = await stat(path).catch(() => undefined);
  return beat !== undefined && Date.now() - beat.mtimeMs < silentMilliseconds;
}

/** The live claims of a store. */
export async function liveClaims(
  layout: Layout,
): Promise<readonly { readonly fingerprint: Fingerprint; readonly holder: Holder }[]> {
  const claims: { fingerprint: Fingerprint; holder: Holder }[] = [];
  for (const name of await readdir(layout.work).catch(() => [])) {
    const path = join(layout.work, name, claimFile);
    const holder = await readTicket(path);
    if (holder !== undefined && (await isHeldStill(holder, path)))
      claims.push({ fingerprint: name as Fingerprint, holder });
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
  await removeFile(aside);
}

async function readTicket(path: string): Promise<Ticket | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Ticket;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

let known: Omit<Holder, 'since'> | undefined;

/** This process, in the words that let others tell whether it is still alive. */
export function self(): Omit<Holder, 'since'> {
  known ??= {
    host: hostname(),
    bootId: bootId(),
    pids: pidNamespace(),
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
  };
  return known;
}

/** Whether the process that wrote a ticket still runs, as far as can be told from here; what cannot is taken for alive. */
export function isAlive(holder: Omit<Holder, 'since'>): boolean {
  return aliveness(holder) !== 'dead';
}

/** Same boot and same numbers for processes: then its number, started at the same time, is it. */
function aliveness(holder: Omit<Holder, 'since'>): 'alive' | 'dead' | 'unknown' {
  if (holder.bootId !== bootId()) return holder.host === hostname() ? 'dead' : 'unknown';
  const here = pidNamespace();
  // A container has numbers of its own, and often a host name that it never has again.
  const isHere = bootId() === '' ? holder.host === hostname() : (holder.pids ?? here) === here;
  if (!isHere) return 'unknown';
  const startTime = startTimeOf(holder.pid);
  if (startTime !== undefined) return startTime === holder.startTime ? 'alive' : 'dead';
  try {
    process.kill(holder.pid, 0);
    return holder.startTime === '' ? 'alive' : 'dead';
  } catch (error) {
    return hasCode(error, 'EPERM') ? 'alive' : 'dead';
  }
}

/** Names the set of processes among which a number is meant; empty where there is only one. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
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
