import { sectionOf } from './keys.ts';
import type { ColumnRecord } from './spool/records.ts';
import { UsedSteps } from './steps.ts';

/** How a chart of a key is drawn. */
export interface MetricDefinition {
  /** Another scalar key, or `_relative_time`; `_step` is the default. */
  readonly xAxis?: string;
  readonly sectionName?: string;
  readonly hidden?: boolean;
}

/** One key of a run: its type and its used steps. */
export interface Series {
  readonly key: string;
  readonly keyBytes: Buffer;
  /** 0 while it is only known to be media, from the summary of a resumed run. */
  type: number;
  readonly steps: UsedSteps;
}

/** The highest step per key that the server had before this process came. */
export interface KnownSeries {
  readonly scalars: ReadonlyMap<string, number>;
  readonly media: ReadonlyMap<string, number>;
}

const numberType = 1;

/** All series of one run, and the rules under which new ones are opened. */
export class SeriesBook {
  readonly #sectionRule: number;
  /** The highest step of a key in an earlier part of the run, whether the server has it or not. */
  readonly #floors: ReadonlyMap<string, number>;
  readonly #series = new Map<string, Series>();
  readonly #exact = new Map<string, MetricDefinition>();
  readonly #prefixes = new Map<string, MetricDefinition>();

  constructor(
    sectionRule: number,
    earlier: { readonly known: KnownSeries; readonly floors: ReadonlyMap<string, number> } | undefined,
  ) {
    this.#sectionRule = sectionRule;
    this.#floors = earlier?.floors ?? new Map();
    earlier?.known.media.forEach((step, key) => this.#remember(key, 0, step));
    earlier?.known.scalars.forEach((step, key) => this.#remember(key, numberType, step));
  }

  /** Applies to keys that have not been logged yet; a `*` at the end stands for any rest. */
  define(key: string, definition: MetricDefinition): void {
    const prefix = key.endsWith('*');
    const rules = prefix ? this.#prefixes : this.#exact;
    const name = prefix ? key.slice(0, -1) : key;
    rules.set(name, { ...rules.get(name), ...definition });
  }

  /** The series of `key`, with the column to announce if it is new; undefined if it is of another type. */
  open(key: string, type: number, system = false): { series: Series; column?: ColumnRecord } | undefined {
    const known = this.#series.get(key);
    if (known === undefined) {
      return { series: this.#remember(key, type, -1), column: this.#column(key, type, system) };
    }
    if (known.type === 0 && type !== numberType) known.type = type;
    return known.type === type ? { series: known } : undefined;
  }

  #remember(key: string, type: number, floor: number): Series {
    const series = {
      key,
      keyBytes: Buffer.from(key),
      type,
      steps: new UsedSteps(Math.max(floor, this.#floors.get(key) ?? -1)),
    };
    this.#series.set(key, series);
    return series;
  }

  #column(key: string, type: number, system: boolean): ColumnRecord {
    if (system) return { system, type, key, section: '', xAxis: undefined, hidden: false };
    const rule = this.#exact.get(key) ?? this.#longestPrefix(key);
    // Media have no other axis than the step.
    const xAxis = type === numberType && rule?.xAxis !== '_step' ? rule?.xAxis : undefined;
    // A definition without a section means none, as the official client has it.
    const section = rule === undefined ? sectionOf(key, this.#sectionRule) : rule.sectionName;
    return { system, type, key, section: section ?? '', xAxis, hidden: rule?.hidden ?? false };
  }

  #longestPrefix(key: string): MetricDefinition | undefined {
    let best: string | undefined;
    for (const prefix of this.#prefixes.keys()) {
      if (key.startsWith(prefix) && prefix.length >= (best?.length ?? 0)) best = prefix;
    }
    return best === undefined ? undefined : this.#prefixes.get(best);
  }
}
