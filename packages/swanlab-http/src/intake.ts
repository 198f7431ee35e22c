import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from './journal.ts';
import { cleanKey, systemPrefix } from './keys.ts';
import type { Media } from './media.ts';
import { columnTypeOf, mediaFileName, mediaLimits, sha256Of } from './media.ts';
import type { Logger } from './notices.ts';
import type { DropReason, Ledger } from './report.ts';
import type { MetricDefinition, Series } from './series.ts';
import { SeriesBook } from './series.ts';
import type { LaneName } from './spool/bookmark.ts';
import { StepCounter } from './steps.ts';
import type { RunSummary } from './summary.ts';
import type { Timestamp } from './timestamps.ts';
import type { LogData } from './values.ts';
import { readValue } from './values.ts';

export interface IntakeParts {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly logger: Logger;
  /** Where the bytes of media go. */
  readonly mediaFolder: string;
  readonly sectionRule: number;
  readonly consoleLength: number;
  readonly summary: RunSummary | undefined;
  /** Whether the lines of the earlier part come again. */
  readonly repeats: boolean;
}

const numberType = 1;

/** Takes what a program logs: cleans keys, hands out steps, refuses what cannot be kept, and writes the rest to the journal. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #book: SeriesBook;
  /** Series of numbers by the key as it was given, where nothing had to be cleaned. */
  readonly #known = new Map<string, Series>();
  readonly #steps: StepCounter;
  readonly #systemSteps: StepCounter;
  /** Number of the last console line, and of the last one that the run has already. */
  #line: number;
  readonly #linesBefore: number;

  constructor(parts: IntakeParts) {
    const { summary } = parts;
    this.#parts = parts;
    this.#book = new SeriesBook(parts.sectionRule, summary);
    this.#steps = new StepCounter(summary?.highestStep);
    this.#systemSteps = new StepCounter(summary?.highestSystemStep);
    this.#linesBefore = summary?.lastLine ?? 0;
    this.#line = parts.repeats ? 0 : this.#linesBefore;
  }

  define(key: string, definition: MetricDefinition): void {
    const prefix = key.endsWith('*');
    const cleaned = cleanKey(prefix ? `${key.slice(0, -1)}x` : key);
    if ('refused' in cleaned) this.refuse('series', key, 'invalid-key', cleaned.refused);
    else this.#book.define(prefix ? key : cleaned.key, definition);
  }

  log(data: LogData, givenStep: number | undefined, time: Timestamp): void {
    const step = this.#steps.resolve(givenStep);
    if (step === undefined) {
      const detail = `${String(givenStep)} is no step; a step is a whole number from 0 to 2^48`;
      for (const key of Object.keys(data)) this.refuse('scalar', key, 'invalid-step', detail);
    } else if (!this.#logPlain(data, step, time)) this.#logFlattened(data, step, time);
  }

  logSystem(figures: Readonly<Record<string, number>>, time: Timestamp): void {
    const step = this.#systemSteps.resolve(undefined) ?? 0;
    for (const [name, value] of Object.entries(figures)) {
      const series = this.#open(systemPrefix + name, numberType, time, true);
      if (series !== undefined) this.#point(series, step, time, value);
    }
  }

  console(text: string, level: 'INFO' | 'ERROR', time: Timestamp): void {
    const longest = this.#parts.consoleLength;
    for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
      const cut = line.length > longest ? Array.from(line).slice(0, longest).join('') : line;
      const number = this.#line + 1;
      const body = { line: cut, error: level === 'ERROR', time, epoch: number };
      if (number <= this.#linesBefore || this.#parts.journal.write('log', body, time)) this.#line = number;
      else this.refuse('console', 'console', 'spool-full');
    }
  }

  /** Counts what is not taken, and says so once for each key and reason. */
  refuse(lane: LaneName, key: string, reason: DropReason, detail: string = reason, count = 1): void {
    const first = this.#parts.ledger.drop({ lane, key, reason, detail, count });
    if (first) this.#parts.logger.warn(`not logged (${reason}): ${detail}`);
  }

  /** The usual case, and the only one whose cost anybody notices: known keys with numbers. */
  #logPlain(data: LogData, step: number, time: Timestamp): boolean {
    for (const key in data) {
      if (typeof data[key] !== 'number' || !this.#known.has(key)) return false;
    }
    for (const key in data) this.#point(this.#known.get(key) as Series, step, time, data[key] as number);
    return true;
  }

  #logFlattened(data: LogData, step: number, time: Timestamp): void {
    const entries = new Map<string, unknown>();
    this.#flatten(data, '', entries);
    for (const [key, value] of entries) {
      const read = readValue(value);
      if ('refused' in read) this.refuse('scalar', key, 'invalid-value', read.refused);
      else if ('media' in read) this.#media(key, read.media, step, time);
      else if ('number' in read) this.#number(key, step, time, read.number);
    }
  }

  #flatten(data: object, prefix: string, into: Map<string, unknown>): void {
    for (const [name, value] of Object.entries(data) as [string, unknown][]) {
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const read = readValue(value);
      if ('nested' in read) {
        this.#flatten(read.nested, path, into);
        continue;
      }
      const cleaned = cleanKey(path);
      if ('refused' in cleaned) this.refuse('scalar', path, 'invalid-key', cleaned.refused);
      else {
        if (into.has(cleaned.key)) {
          this.#parts.logger.warn(`two keys of one log() become "${cleaned.key}"; the last one counts`);
        }
        into.set(cleaned.key, value);
      }
    }
  }

  #number(key: string, step: number, time: Timestamp, value: number): void {
    const series = this.#open(key, numberType, time);
    if (series === undefined) return;
    this.#known.set(key, series);
    this.#point(series, step, time, value);
  }

  #point(series: Series, step: number, time: Timestamp, value: number): void {
    if (!this.#takeStep('scalar', series, step)) return;
    if (!this.#parts.journal.scalar(series, step, time, value))
      this.refuse('scalar', series.key, 'spool-full');
  }

  #media(key: string, given: readonly Media[], step: number, time: Timestamp): void {
    const [first] = given;
    if (first === undefined) return;
    const fitting = this.#fitting(key, given);
    if (fitting.length === 0) return;
    const type = columnTypeOf(first.kind);
    const series = this.#open(key, type, time);
    if (series === undefined || !this.#takeStep('media', series, step)) return;
    const folder = join(this.#parts.mediaFolder, first.kind);
    mkdirSync(folder, { recursive: true });
    const items = fitting.map((item) => {
      const sha256 = sha256Of(item.bytes);
      const fileName = mediaFileName(step, sha256, item.extension);
      writeFileSync(join(folder, fileName), item.bytes);
      return { fileName, sha256, size: item.bytes.length, caption: item.caption ?? '', payload: undefined };
    });
    const written = this.#parts.journal.write('media', { key, step, type, time, items }, time);
    if (!written) this.refuse('media', key, 'spool-full');
  }

  /** Without the items that the server would not take. */
  #fitting(key: string, given: readonly Media[]): readonly Media[] {
    const small = given.filter((item) => item.bytes.length <= mediaLimits.bytes);
    const large = given.length - small.length;
    if (large > 0) {
      this.refuse(
        'media',
        key,
        'too-large',
        `${large} of ${given.length} items are larger than 10 MiB`,
        large,
      );
    }
    const excess = small.length - mediaLimits.items;
    if (excess <= 0) return small;
    const detail = `${small.length} items at one step; ${mediaLimits.items} is the most`;
    this.refuse('media', key, 'too-many-items', detail, excess);
    return small.slice(0, mediaLimits.items);
  }

  #takeStep(lane: LaneName, series: Series, step: number): boolean {
    const verdict = series.steps.take(step);
    if (verdict === 'new') return true;
    const { key } = series;
    if (verdict === 'used')
      this.refuse(lane, key, 'step-used', `step ${step} of "${key}" has a point already`);
    else this.refuse(lane, key, 'step-before-resume', `the server has "${key}" up to step ${step} or later`);
    return false;
  }

  #open(key: string, type: number, time: Timestamp, system = false): Series | undefined {
    const opened = this.#book.open(key, type, system);
    if (opened === undefined) {
      const lane = type === numberType ? 'scalar' : 'media';
      this.refuse(lane, key, 'other-type', `"${key}" was logged as another type before`);
      return undefined;
    }
    if (opened.column !== undefined && !this.#parts.journal.write('column', opened.column, time)) {
      this.refuse('series', key, 'spool-full');
    }
    return opened.series;
  }
}
