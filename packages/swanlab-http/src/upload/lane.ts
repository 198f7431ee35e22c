import type { Clock } from '../clock.ts';
import { sentenceOf } from '../errors.ts';
import type { Logger } from '../notices.ts';
import { laneWait } from '../patience.ts';
import type { Ledger } from '../report.ts';
import type { LaneName } from '../spool/bookmark.ts';
import { linkSignals } from '../signals.ts';
import { decodeRecord, kindOf } from '../spool/decoding.ts';
import type { SpoolReader } from '../spool/reader.ts';
import type { Kind, SpoolRecord } from '../spool/records.ts';
import type { Delivery, Parcel } from './delivery.ts';
import { retryAfterOf } from './verdict.ts';

/** What tells one lane from another: which records it takes and how it sends them. */
export interface Carrier<Item extends Parcel> {
  readonly name: LaneName;
  /** What it reads; everything else is of other lanes. */
  readonly kinds: ReadonlySet<Kind>;
  /** Undefined for a record that must not be sent. */
  read(record: SpoolRecord, start: number): Item | undefined;
  deliver(items: readonly Item[], signal: AbortSignal): Promise<Delivery<Item>>;
}

export interface LaneSurroundings {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly logger: Logger;
  readonly limits: { readonly count: number; readonly bytes: number };
  /** How far the log may be read now. */
  readonly limit: () => number;
  /** Called whenever the place up to which everything was sent has moved. */
  readonly moved: () => void;
  /** Aborts when the time of the run is over. */
  readonly stop: AbortSignal;
}

/** Milliseconds until a run that the server refused is tried again. */
const refusedWait = 60_000;
/** Bytes below which a batch is not made smaller, however often the server finds it too large. */
const smallestBatch = 32 * 1024;

/**
 * Carries one type of record from the log to the server, in order, independent of the other lanes. It holds no more than one
 * batch in memory: what it has not come to is in the log.
 */
export class Lane<Item extends Parcel = Parcel> {
  readonly name: LaneName;
  readonly #carrier: Carrier<Item>;
  readonly #reader: SpoolReader;
  readonly #around: LaneSurroundings;
  #held: readonly Item[] = [];
  /** Read already, but too large for the batch before it. */
  #ahead: Item | undefined;
  #byteLimit: number;
  #working: Promise<void> | undefined;
  #attempt = 0;
  #trouble: { readonly sentence: string; readonly refused: boolean } | undefined;
  #nudge = new AbortController();
  #closing = false;
  #waiters: (() => void)[] = [];

  constructor(carrier: Carrier<Item>, reader: SpoolReader, around: LaneSurroundings) {
    this.name = carrier.name;
    this.#carrier = carrier;
    this.#reader = reader;
    this.#around = around;
    this.#byteLimit = around.limits.bytes;
  }

  /** Everything before this byte that belongs to the lane was sent or refused. */
  get position(): number {
    return this.#held[0]?.start ?? this.#ahead?.start ?? this.#reader.position;
  }

  /** Why the last attempt failed; undefined when it did not. */
  get trouble(): string | undefined {
    return this.#trouble?.sentence;
  }

  /** Begins to send whatever there is, unless it is at it already. */
  kick(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      this.#wake();
    });
    return this.#working;
  }

  /** Sends until nothing is left, the server refuses the run, or the time is over. */
  async close(): Promise<void> {
    this.#closing = true;
    const wait = this.#nudge;
    this.#nudge = new AbortController();
    wait.abort();
    await this.#working;
    // Whatever was written after the lane last looked.
    await this.kick();
  }

  /** Resolves when `position` has come to `place`, or at once while this lane is in trouble: others do not wait for it. */
  async passed(place: number): Promise<void> {
    while (this.position < place && this.#trouble === undefined && !this.#around.stop.aborted) {
      const woken = new Promise<void>((resolve) => this.#waiters.push(resolve));
      if (this.#working === undefined && this.#reader.position >= this.#around.limit()) return;
      void this.kick();
      await woken;
    }
  }

  /** Reads on to the end to count what was not sent. */
  countPending(): number {
    let count = this.#held.length + (this.#ahead === undefined ? 0 : 1);
    this.#reader.allow(this.#around.limit());
    while (this.#nextItem() !== undefined) count += 1;
    return count;
  }

  #stopped(): boolean {
    return this.#around.stop.aborted;
  }

  async #work(): Promise<void> {
    const { clock, stop } = this.#around;
    while (!this.#stopped()) {
      try {
        this.#collect();
      } catch (error) {
        // The log is damaged on disk under our hands; what cannot be read cannot be sent.
        this.#complain(sentenceOf(error), true);
        return;
      }
      if (this.#held.length === 0) {
        this.#settle();
        return;
      }
      const delivery = await this.#deliver(stop);
      this.#account(delivery);
      if (delivery.remaining.length === 0) {
        this.#settle();
        continue;
      }
      if (stop.aborted) return;
      const refused = delivery.verdict === 'run';
      this.#complain(sentenceOf(delivery.error), refused);
      if (refused && this.#closing) return;
      const wait = refused ? refusedWait : (retryAfterOf(delivery.error) ?? laneWait(this.#attempt));
      this.#attempt += 1;
      const either = linkSignals(stop, this.#nudge.signal);
      await clock.sleep(wait, { signal: either.signal, background: refused });
      either.unlink();
    }
  }

  /** A carrier that stumbles, over a file that vanished under it for one, costs an attempt and no data. */
  async #deliver(stop: AbortSignal): Promise<Delivery<Item>> {
    try {
      return await this.#carrier.deliver(this.#held, stop);
    } catch (error) {
      return { sent: [], refused: [], remaining: this.#held, error, verdict: 'again' };
    }
  }

  /** Fills the batch; data that came while an attempt failed travels with the next one. */
  #collect(): void {
    const { limits, limit } = this.#around;
    const items = [...this.#held];
    let bytes = items.reduce((sum, item) => sum + item.bytes, 0);
    this.#reader.allow(limit());
    while (items.length < limits.count) {
      const item = this.#ahead ?? this.#nextItem();
      if (item === undefined) break;
      this.#ahead = undefined;
      if (items.length > 0 && bytes + item.bytes > this.#byteLimit) {
        this.#ahead = item;
        break;
      }
      items.push(item);
      bytes += item.bytes;
    }
    this.#held = items;
  }

  #nextItem(): Item | undefined {
    for (;;) {
      const payload = this.#reader.next(this.#isForeign);
      if (payload === undefined) return undefined;
      const record = decodeRecord(payload);
      const isOurs = record !== undefined && this.#carrier.kinds.has(record.kind);
      const item = isOurs ? this.#carrier.read(record, this.#reader.start) : undefined;
      if (item !== undefined) return item;
    }
  }

  readonly #isForeign = (bytes: Buffer, start: number, end: number): boolean => {
    const kind = kindOf(bytes, start, end);
    return kind !== undefined && !this.#carrier.kinds.has(kind);
  };

  #account({ sent, refused, remaining, tooLarge }: Delivery<Item>): void {
    if (tooLarge) this.#byteLimit = Math.max(smallestBatch, this.#byteLimit / 2);
    const { ledger, logger, moved } = this.#around;
    ledger.uploaded(this.name, sent.length);
    for (const { item, detail, status } of refused) {
      const first = ledger.drop({
        lane: this.name,
        key: item.key,
        reason: status === undefined ? 'file-missing' : 'refused-by-server',
        detail,
        ...(status !== undefined && { status }),
      });
      if (first) logger.warn(`dropped ${this.name} "${item.key}": ${detail}`);
    }
    this.#held = remaining;
    moved();
  }

  #settle(): void {
    if (this.#trouble !== undefined) this.#around.logger.info(`${this.name}: uploads go through again`);
    this.#trouble = undefined;
    this.#attempt = 0;
    this.#wake();
  }

  #complain(sentence: string, refused: boolean): void {
    if (this.#trouble === undefined) {
      const kept = refused ? 'the data stay in the spool' : 'trying again';
      this.#around.logger.warn(`${this.name}: ${sentence}; ${kept}`);
    }
    this.#trouble = { sentence, refused };
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
