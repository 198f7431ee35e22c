import type { LaneName } from './spool/bookmark.ts';
import { laneNames } from './spool/bookmark.ts';

export type DropReason =
  /** The server refused this datum itself. */
  | 'refused-by-server'
  /** An earlier point of the same key has this step. */
  | 'step-used'
  /** The server had a point at this step, or a later one, when the run was resumed. */
  | 'step-before-resume'
  | 'invalid-step'
  | 'invalid-key'
  | 'invalid-value'
  /** The key was logged as another type before. */
  | 'other-type'
  | 'too-large'
  | 'too-many-items'
  | 'file-missing'
  /** The disk is full and so is the memory kept for that case. */
  | 'spool-full'
  | 'run-finished';

/** Data that will not reach the server, counted by lane, key and reason. */
export interface Dropped {
  readonly lane: LaneName;
  readonly key: string;
  readonly reason: DropReason;
  readonly count: number;
  /** About the first of them. */
  readonly detail: string;
  /** HTTP status, where the server said no. */
  readonly status?: number;
}

export type Counts = Readonly<Record<LaneName, number>>;

export interface FinishReport {
  readonly state: 'FINISHED' | 'CRASHED' | 'ABORTED';
  /** Everything that was taken is on the server, and the server knows how the run ended. */
  readonly complete: boolean;
  /** Whether the server was told the state; it is told only when nothing is pending. */
  readonly closed: boolean;
  readonly uploaded: Counts;
  /** What is still in the spool and can be sent later. */
  readonly pending: Counts;
  readonly dropped: readonly Dropped[];
  /** Why something is pending. */
  readonly reasons: readonly string[];
  /** The run's folder; undefined where none was made. */
  readonly folder: string | undefined;
  /** What to do next, if anything. */
  readonly hint: string | undefined;
}

/** Most entries of `dropped`; what comes after is added up under the key `…`. */
const mostEntries = 1000;

/** Keeps the books of one run: what went out and what never will. */
export class Ledger {
  readonly #uploaded = zeroCounts();
  readonly #dropped = new Map<string, { -readonly [Name in keyof Dropped]: Dropped[Name] }>();

  uploaded(lane: LaneName, count: number): void {
    this.#uploaded[lane] += count;
  }

  /** Whether this is the first of its key and reason, and so worth a line. */
  drop(entry: Omit<Dropped, 'count'> & { readonly count?: number }): boolean {
    const count = entry.count ?? 1;
    const full = this.#dropped.size >= mostEntries;
    let id = `${entry.lane} ${entry.reason} ${entry.key}`;
    if (full && !this.#dropped.has(id)) id = `${entry.lane} ${entry.reason} …`;
    const known = this.#dropped.get(id);
    if (known !== undefined) {
      known.count += count;
      return false;
    }
    this.#dropped.set(id, { ...entry, key: full ? '…' : entry.key, count });
    return true;
  }

  get counts(): Counts {
    return { ...this.#uploaded };
  }

  get drops(): readonly Dropped[] {
    return [...this.#dropped.values()].map((entry) => ({ ...entry }));
  }
}

export function zeroCounts(): Record<LaneName, number> {
  return Object.fromEntries(laneNames.map((name) => [name, 0])) as Record<LaneName, number>;
}

export function total(counts: Counts): number {
  return laneNames.reduce((sum, name) => sum + counts[name], 0);
}
