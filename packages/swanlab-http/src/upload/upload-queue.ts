import type { Clock } from '../clock.ts';
import { sentenceOf } from '../errors.ts';
import type { Logger } from '../notices.ts';
import type { Ledger } from '../report.ts';
import type { Counts } from '../report.ts';
import { zeroCounts } from '../report.ts';
import type { Settings } from '../settings.ts';
import type { LaneName, Progress } from '../spool/bookmark.ts';
import { laneNames, targetOf, writeBookmark } from '../spool/bookmark.ts';
import type { RunFolder } from '../spool/folder.ts';
import { SpoolReader } from '../spool/reader.ts';
import { createConsoleCarrier } from './console-carrier.ts';
import type { Parcel } from './delivery.ts';
import { createFileCarrier } from './file-carrier.ts';
import type { Gate } from './gate.ts';
import type { Carrier, LaneSurroundings } from './lane.ts';
import { Lane } from './lane.ts';
import { createMediaCarrier } from './media-carrier.ts';
import { createScalarCarrier } from './scalar-carrier.ts';
import { createSeriesCarrier, mostSeries } from './series-carrier.ts';
import type { Target } from './target.ts';

export interface UploadOptions {
  readonly target: Target;
  readonly folder: RunFolder;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly logger: Logger;
  readonly gate: Gate;
  readonly runId: string;
  /** Where an earlier upload to the same place stopped. */
  readonly from: Progress | undefined;
  /** The number of the last console line before the first of this log. */
  readonly lastLine: number;
  /** Whether keys without a column of their own get one. */
  readonly adopt: boolean;
  /** How far the log may be read; it is flushed first. */
  readonly limit: () => number;
}

/** Milliseconds between two writes of the bookmark. */
const bookmarkInterval = 1000;

/** The five lanes from one record log to one experiment. */
export class UploadQueue {
  readonly #options: UploadOptions;
  readonly #stop = new AbortController();
  readonly #lanes: readonly Lane[];
  readonly #readers: SpoolReader[] = [];
  #lastSent: () => number = () => 0;
  #bookmarked = -Infinity;
  /** Whether one will be written in a moment. */
  #bookmarking = false;
  #closed = false;

  constructor(options: UploadOptions) {
    this.#options = options;
    const { target, gate, folder, settings, ledger, from } = options;
    const series = this.#lane(
      createSeriesCarrier(target, gate, { sectionRule: settings.sectionRule, adopt: options.adopt }),
      mostSeries,
    );
    const ready = (place: number) => series.passed(place);
    const consoleLines = createConsoleCarrier(target, gate, from?.lastLine ?? options.lastLine);
    this.#lastSent = consoleLines.lastSent;
    const media = createMediaCarrier(target, gate, {
      folder: folder.media,
      ready,
      onMissing: (key, path) =>
        void ledger.drop({
          lane: 'media',
          key,
          reason: 'file-missing',
          detail: `${path} is not in the run's folder`,
        }),
    });
    const { saveSplit: split, savePart: part, saveSize: size, saveBatch: batch } = settings;
    this.#lanes = [
      series,
      this.#lane(createScalarCarrier(target, gate, ready)),
      this.#lane(media, 1000),
      this.#lane(consoleLines),
      this.#lane(createFileCarrier(target, folder, { split, part, size, batch }), 1000),
    ];
  }

  /** Sends what there is, in the background. */
  kick(): void {
    for (const lane of this.#lanes) void lane.kick();
  }

  /** Whether everything written so far was sent before `deadline`. */
  async flush(deadline: AbortSignal): Promise<boolean> {
    await unless(deadline, Promise.all(this.#lanes.map((lane) => lane.kick())));
    const limit = this.#options.limit();
    return this.#lanes.every((lane) => lane.position >= limit);
  }

  /** Resolves when everything written so far was sent, or when `deadline` aborts or the server refuses the run. */
  async drain(deadline: AbortSignal): Promise<void> {
    await unless(deadline, Promise.all(this.#lanes.map((lane) => lane.close())));
  }

  get trouble(): readonly string[] {
    return this.#lanes.flatMap((lane) =>
      lane.trouble === undefined ? [] : [`${lane.name}: ${lane.trouble}`],
    );
  }

  /** Ends all requests and waits, counts what is left, and writes the bookmark for the last time. */
  async stop(): Promise<Counts> {
    this.#stop.abort();
    await Promise.all(this.#lanes.map((lane) => lane.kick()));
    const pending = zeroCounts();
    this.#bookmark(true);
    for (const lane of this.#lanes) pending[lane.name] = lane.countPending();
    return pending;
  }

  /** Notes that nothing more will come, and lets go of the log. */
  dispose(closed: boolean): void {
    this.#closed = closed;
    if (closed) this.#bookmark(true);
    for (const reader of this.#readers.splice(0)) reader.close();
  }

  #lane<Item extends Parcel>(carrier: Carrier<Item>, count = this.#options.settings.recordBatch): Lane<Item> {
    const { clock, ledger, logger, settings, limit, folder, from } = this.#options;
    const reader = new SpoolReader(folder.log, from?.sent[carrier.name]);
    this.#readers.push(reader);
    const around: LaneSurroundings = {
      clock,
      ledger,
      logger,
      limits: { count: Math.min(count, settings.recordBatch), bytes: settings.requestBytes },
      limit,
      moved: () => this.#bookmark(false),
      stop: this.#stop.signal,
    };
    return new Lane(carrier, reader, around);
  }

  /** A training may be silent for minutes after it has reported; a kill in between must not make it all be sent again. */
  async #bookmarkLater(milliseconds: number): Promise<void> {
    if (this.#bookmarking) return;
    this.#bookmarking = true;
    await this.#options.clock.sleep(milliseconds, { signal: this.#stop.signal, background: true });
    this.#bookmarking = false;
    if (!this.#stop.signal.aborted) this.#bookmark(true);
  }

  #bookmark(now: boolean): void {
    const { clock, folder, target, runId, logger } = this.#options;
    const wait = this.#bookmarked + bookmarkInterval - clock.now();
    if (!now && wait > 0) {
      void this.#bookmarkLater(wait);
      return;
    }
    this.#bookmarked = clock.now();
    const [workspace, project] = target.projectPath.split('/') as [string, string];
    const place = targetOf({ apiHost: target.session.apiHost, workspace, project });
    const positions = new Map(this.#lanes.map((lane) => [lane.name, lane.position]));
    const sent = Object.fromEntries(laneNames.map((name) => [name, positions.get(name) ?? 0]));
    try {
      writeBookmark(folder.bookmark, place, {
        runId,
        sent: sent as Record<LaneName, number>,
        lastLine: this.#lastSent(),
        closed: this.#closed,
      });
    } catch (error) {
      logger.warn(`the place of the upload could not be noted: ${sentenceOf(error)}`);
    }
  }
}

/** Waits for `work`, or until `deadline` aborts. */
async function unless(deadline: AbortSignal, work: Promise<unknown>): Promise<void> {
  if (deadline.aborted) return;
  await new Promise<void>((resolve) => {
    // The timers of deadlines and of long waits let a process end; somebody is waiting here.
    const alive = setInterval(() => undefined, 60_000);
    const over = () => {
      clearInterval(alive);
      deadline.removeEventListener('abort', over);
      resolve();
    };
    deadline.addEventListener('abort', over);
    void work.then(over, over);
  });
}
