import { Attachments } from './attachments.ts';
import type { SavePolicyName } from './attachments.ts';
import type { Clock } from './clock.ts';
import { Config } from './config.ts';
import type { Connection } from './connection.ts';
import { sentenceOf } from './errors.ts';
import { rememberUntilFinished } from './exit.ts';
import type { FinalState } from './experiment.ts';
import { beatUntil } from './experiment.ts';
import { createHardwareSampler } from './hardware.ts';
import { Intake } from './intake.ts';
import { Journal } from './journal.ts';
import { ECharts, Html, Image, Text } from './media.ts';
import type { Logger } from './notices.ts';
import type { RunPlan } from './options.ts';
import type { Counts, FinishReport } from './report.ts';
import { Ledger, total, zeroCounts } from './report.ts';
import type { MetricDefinition } from './series.ts';
import type { Mode, Settings } from './settings.ts';
import type { LaneName } from './spool/bookmark.ts';
import type { RunFolder } from './spool/folder.ts';
import { ResumeMode, RunState } from './spool/records.ts';
import type { RunSummary } from './summary.ts';
import type { Timestamp } from './timestamps.ts';
import { toTimestamp } from './timestamps.ts';
import { closeUpload } from './upload/closing.ts';
import { openGate } from './upload/gate.ts';
import { UploadQueue } from './upload/upload-queue.ts';
import type { LogData, LogValue } from './values.ts';

export type FinishState = 'success' | 'crashed' | 'aborted';

export interface RunParts {
  readonly plan: RunPlan;
  readonly mode: Mode;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined in mode `disabled`. */
  readonly folder: RunFolder | undefined;
  /** Undefined where there is no network to be used. */
  readonly connection: Connection | undefined;
  /** What an earlier part of the run has. */
  readonly summary: RunSummary | undefined;
  /** Whether console lines begin anew. */
  readonly repeats: boolean;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly config: Readonly<Record<string, unknown>> | undefined;
  readonly monitorInterval: number;
}

/** A key, a step if it is not to be the next one, and what is said below a medium. */
export interface MediaOptions {
  readonly key: string;
  readonly caption?: string;
  readonly step?: number;
}

/** What a run with a folder consists of. */
interface Works {
  readonly folder: RunFolder;
  readonly journal: Journal;
  readonly intake: Intake;
  readonly attachments: Attachments;
}

const finalStates: Record<FinishState, FinalState> = {
  success: 'FINISHED',
  crashed: 'CRASHED',
  aborted: 'ABORTED',
};
const recordStates: Record<FinishState, number> = {
  success: RunState.finished,
  crashed: RunState.crashed,
  aborted: RunState.aborted,
};

/**
 * One tracking run. What is logged goes into the log of the run's folder, from where it is uploaded in the background.
 * No method that logs ever throws: what cannot be taken is counted, said once, and listed by `finish`.
 */
export class Run {
  readonly id: string;
  readonly name: string;
  readonly mode: Mode;
  /** `/workspace/project/run`; of an offline run what is known of it. */
  readonly path: string;
  /** Its page; undefined for a run that the server does not know. */
  readonly url: string | undefined;
  /** Its folder; undefined in mode `disabled`. */
  readonly folder: string | undefined;
  readonly config: Config;
  readonly #parts: RunParts;
  readonly #ledger = new Ledger();
  readonly #written = zeroCounts();
  readonly #over = new AbortController();
  readonly #works: Works | undefined;
  readonly #queue: UploadQueue | undefined;
  readonly #forget: (() => void) | undefined;
  #state: 'running' | FinishState = 'running';
  #fresh = 0;
  #timing = false;
  #ending: Promise<FinishReport> | undefined;

  constructor(parts: RunParts) {
    const { plan, connection, settings, folder } = parts;
    this.#parts = parts;
    this.id = connection?.runId ?? plan.id;
    this.name = connection?.experiment.name ?? plan.name;
    this.mode = parts.mode;
    const slug = connection?.experiment.slug ?? plan.id;
    const place = connection?.project.path ?? [plan.workspace, plan.project].filter(Boolean).join('/');
    this.path = `/${place}/${slug}`;
    this.url = connection && `${settings.webHost}/@${place}/runs/${slug}`;
    this.folder = folder?.path;
    this.config = new Config(() => {
      this.#take((works, time) => works.attachments.config(this.config.toEntries(), time));
    });
    if (folder === undefined) return;
    this.#works = this.#open(folder);
    this.#begin(this.#works);
    if (connection !== undefined) this.#queue = this.#connect(this.#works, connection);
    if (parts.monitorInterval > 0) void this.#monitor(parts.monitorInterval);
    this.#forget = rememberUntilFinished({ flush: () => this.#flushJournal(), end: () => this.finish() });
  }

  get state(): 'running' | FinishState {
    return this.#state;
  }

  /** The project's page. */
  get projectUrl(): string | undefined {
    return this.url?.split('/runs/')[0];
  }

  /**
   * Logs values under their keys at one step: the given one, or one more than the highest so far. Nested objects become keys
   * joined with `/`.
   */
  log(data: LogData, options: { step?: number } = {}): void {
    this.#take(({ intake }, time) => intake.log(data, options.step, time), Object.keys(data)[0]);
  }

  logScalar({ key, data, step }: { key: string; data: number; step?: number }): void {
    this.#logOne({ key, ...(step !== undefined && { step }) }, () => data);
  }

  logText({ data, ...options }: MediaOptions & { data: string | readonly string[] }): void {
    const texts = typeof data === 'string' ? [data] : data;
    this.#logOne(options, () => texts.map((text) => new Text(text, options)));
  }

  /** The same as `logText`. */
  text(options: MediaOptions & { data: string | readonly string[] }): void {
    this.logText(options);
  }

  logHtml({ data, ...options }: MediaOptions & { data: string }): void {
    this.#logOne(options, () => new Html(data, options));
  }

  /** `data` is an option object of ECharts or its JSON. */
  logEcharts({ data, ...options }: Omit<MediaOptions, 'caption'> & { data: object | string }): void {
    this.#logOne(options, () => new ECharts(data));
  }

  /** `data` are the bytes of an encoded picture, `ext` names their format (`png`, `jpg`). */
  logImage({ data, ext, ...options }: MediaOptions & { data: Uint8Array; ext: string }): void {
    this.#logOne(options, () => new Image(data, ext, options));
  }

  /** Says how the charts of a key are drawn, or of all that begin as `key` does before its `*`. Before they are logged. */
  defineMetric(key: string, definition: MetricDefinition = {}): void {
    this.#take(({ intake }) => intake.define(key, definition));
  }

  /** Hardware figures, under the monitor's keys without their prefix and with steps of their own. */
  logSystem(figures: Readonly<Record<string, number>>): void {
    this.#take(({ intake }, time) => intake.logSystem(figures, time));
  }

  /** One line for each line of `text`, cut to 1,024 characters. */
  console(text: string, level: 'INFO' | 'ERROR' = 'INFO'): void {
    this.#take(({ intake }, time) => intake.console(text, level, time));
  }

  /** Replaces what is shown of the machine. */
  metadata(metadata: Readonly<Record<string, unknown>>): void {
    this.#take(({ attachments }, time) => attachments.metadata(metadata, time));
  }

  /**
   * Saves the files that a pattern means with the run. Returns the names under which they are saved; throws for a pattern
   * that makes no sense.
   */
  save(pattern: string, options: { policy?: SavePolicyName; base?: string } = {}): readonly string[] {
    if (this.#works === undefined || this.#state !== 'running') return [];
    const { policy = 'now', base } = options;
    const names = this.#works.attachments.save(pattern, policy, base, this.#now());
    if (names.length === 0) this.#parts.logger.warn(`${pattern} names no file to save`);
    return names;
  }

  /** Sends what was logged so far. Whether everything has arrived within the time. */
  async flush(options: { timeoutMs?: number } = {}): Promise<boolean> {
    this.#flushJournal();
    if (this.#queue === undefined || this.#state !== 'running') return this.#works === undefined;
    return this.#queue.flush(this.#parts.clock.deadline(options.timeoutMs ?? 30_000, 'finish'));
  }

  /**
   * Ends the run: sends what is left and tells the server how it went, for at most `timeoutMs`. What could not be sent by
   * then stays in the folder and is reported. Never rejects; a second call gets the report of the first.
   */
  finish(
    state: FinishState = 'success',
    options: { error?: unknown; timeoutMs?: number } = {},
  ): Promise<FinishReport> {
    this.#ending ??= this.#end(state, options.error, options.timeoutMs ?? 30_000);
    return this.#ending;
  }

  async #end(state: FinishState, error: unknown, timeout: number): Promise<FinishReport> {
    const { connection, clock } = this.#parts;
    const deadline = clock.deadline(timeout, 'finish');
    const reasons = this.#closeJournal(state, error);
    let pending: Counts = this.#written;
    let closed = false;
    if (this.#queue !== undefined && connection !== undefined) {
      const options = { target: connection.target, clock, state: finalStates[state], deadline };
      const closing = await closeUpload(this.#queue, options);
      ({ pending, closed } = closing);
      reasons.push(...closing.reasons);
    }
    this.#over.abort();
    this.#forget?.();
    return this.#report(finalStates[state], { pending: { ...pending }, closed, reasons });
  }

  #closeJournal(state: FinishState, error: unknown): string[] {
    const time = this.#now();
    this.#take(({ attachments }) => attachments.saveLast(time));
    this.#state = state;
    const finish = { state: recordStates[state], error: errorText(state, error), finishedAt: time };
    try {
      this.#works?.journal.finish(finish, time);
      this.#works?.journal.close();
      return [];
    } catch (trouble) {
      return [`the spool could not be written to its end: ${sentenceOf(trouble)}`];
    }
  }

  #report(
    state: FinalState,
    end: { pending: Counts; closed: boolean; reasons: readonly string[] },
  ): FinishReport {
    const { mode, folder } = this;
    const left = folder !== undefined && !end.closed;
    const hint = left
      ? `upload the rest later with syncFolder(${JSON.stringify(folder)}) or \`swanlab sync\``
      : undefined;
    if (left && mode === 'online') {
      this.#parts.logger.warn(
        `run ${this.id}: ${total(end.pending)} records are not sent yet; ${String(hint)}`,
      );
    }
    const complete = mode === 'disabled' || end.closed;
    return {
      state,
      complete,
      ...end,
      uploaded: this.#ledger.counts,
      dropped: this.#ledger.drops,
      folder,
      hint,
    };
  }

  #open(folder: RunFolder): Works {
    const { settings, logger, summary } = this.#parts;
    const journal = new Journal(folder.log, (lane) => this.#noteWrite(lane));
    const { sectionRule, consoleLength } = settings;
    const ledger = this.#ledger;
    const intake = new Intake({
      journal,
      ledger,
      logger,
      mediaFolder: folder.media,
      sectionRule,
      consoleLength,
      summary,
      repeats: this.#parts.repeats,
    });
    return { folder, journal, intake, attachments: new Attachments(journal, folder.files) };
  }

  #begin({ journal }: Works): void {
    const { plan, connection } = this.#parts;
    const time = this.#now();
    const { description, tags, group, jobType, color } = plan;
    const project = connection?.project.name ?? plan.project;
    const workspace = connection?.project.workspace ?? plan.workspace;
    const names = {
      project,
      workspace,
      name: this.name,
      description,
      tags,
      group,
      jobType,
      color,
      id: this.id,
    };
    journal.start({ ...names, public: plan.public, resume: ResumeMode[plan.resume], startedAt: time }, time);
    const resumed = connection?.summary !== undefined;
    const config = this.#parts.config ?? {};
    // A resumed run has a config and metadata; empty ones would replace them.
    if (!resumed || Object.keys(config).length > 0) this.config.update(config);
    if (!resumed && this.#parts.metadata !== undefined) this.metadata(this.#parts.metadata);
    journal.flush();
  }

  #connect({ journal, folder }: Works, connection: Connection): UploadQueue {
    const { settings, clock, logger, summary } = this.#parts;
    const { session, experiment, target } = connection;
    void beatUntil(session, clock, experiment.id, settings.heartbeatInterval, this.#over.signal);
    return new UploadQueue({
      target,
      folder,
      settings,
      clock,
      ledger: this.#ledger,
      logger,
      gate: openGate,
      runId: this.id,
      from: undefined,
      lastLine: summary?.lastLine ?? 0,
      adopt: false,
      limit: () => journal.flushed,
    });
  }

  #logOne({ key, step }: { key: string; step?: number }, make: () => LogValue): void {
    this.#take(({ intake }, time) => intake.log({ [key]: make() }, step, time), key);
  }

  /** Logging must not break a training: whatever goes wrong is said and survived. */
  #take(work: (works: Works, time: Timestamp) => void, key = ''): void {
    if (this.#works === undefined) return;
    try {
      if (this.#state === 'running') work(this.#works, this.#now());
      else this.#works.intake.refuse('scalar', key, 'run-finished', `run ${this.id} has ended`);
    } catch (error) {
      this.#parts.logger.warn(`run ${this.id}: ${sentenceOf(error)}`);
    }
  }

  #flushJournal(): void {
    try {
      this.#works?.journal.flush();
    } catch (error) {
      this.#parts.logger.warn(`run ${this.id}: the spool cannot be written: ${sentenceOf(error)}`);
    }
  }

  #noteWrite(lane: LaneName): void {
    const { clock, settings } = this.#parts;
    this.#written[lane] += 1;
    this.#fresh += 1;
    if (this.#fresh === settings.recordBatch) setImmediate(() => this.#upload());
    if (this.#timing) return;
    this.#timing = true;
    void clock.sleep(settings.recordInterval, { signal: this.#over.signal }).then(() => {
      this.#timing = false;
      this.#upload();
    });
  }

  #upload(): void {
    this.#fresh = 0;
    if (this.#state !== 'running') return;
    this.#flushJournal();
    this.#queue?.kick();
  }

  async #monitor(interval: number): Promise<void> {
    const sample = createHardwareSampler();
    for (;;) {
      await this.#parts.clock.sleep(interval, { signal: this.#over.signal, background: true });
      if (this.#over.signal.aborted) return;
      this.logSystem({ ...sample() });
    }
  }

  #now(): Timestamp {
    return toTimestamp(this.#parts.clock.now());
  }
}

function errorText(state: FinishState, error: unknown): string {
  if (state === 'success') return '';
  if (error instanceof Error) return error.stack ?? error.message;
  return typeof error === 'string' ? error : `the run ended as ${state}`;
}
