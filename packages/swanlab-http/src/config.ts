/** A config value as the server keeps it. */
type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

export interface ConfigEntry {
  readonly value: Plain;
  readonly desc: string;
  /** The order in which the keys came. */
  readonly sort: number;
}

/** The settings of an experiment. Every change is written to the run's folder and sent as a whole. */
export class Config {
  readonly #values = new Map<string, Plain>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  set(key: string, value: unknown): void {
    this.update({ [key]: value });
  }

  /** Adds keys or replaces them; keys that are not named stay. An undefined value is an absent one. */
  update(values: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(values)) {
      const plain = toPlain(value, new Set());
      if (plain !== undefined) this.#values.set(key, plain);
    }
    this.#changed();
  }

  toEntries(): Record<string, ConfigEntry> {
    return Object.fromEntries(
      [...this.#values].map(([key, value], sort) => [key, { desc: '', sort, value }] as const),
    );
  }

  toJSON(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }
}

/** What JSON cannot hold becomes text, as in the official client: `NaN`, `Inf` (which loses its sign), dates in ISO form. */
function toPlain(value: unknown, above: Set<object>): Plain | undefined {
  if (value === null) return null;
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'number':
      if (Number.isNaN(value)) return 'NaN';
      return Number.isFinite(value) ? value : 'Inf';
    case 'boolean':
    case 'string':
      return value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'object':
      break;
    default:
      return `[${typeof value}]`;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (above.has(value)) return '[circular]';
  above.add(value);
  const plain = toPlainContainer(value, above);
  above.delete(value);
  return plain;
}

function toPlainContainer(value: object, above: Set<object>): Plain {
  if (Array.isArray(value) || value instanceof Set)
    return [...value].map((item) => toPlain(item, above) ?? null);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.flatMap(([key, item]) => {
      const plain = toPlain(item, above);
      return plain === undefined ? [] : [[String(key), plain] as const];
    }),
  );
}
