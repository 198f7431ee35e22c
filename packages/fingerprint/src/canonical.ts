/** A value that has no canonical text. */
export class CanonicalError extends TypeError {
  override readonly name = 'CanonicalError';
  /** Where in the value, such as `training.duration[0]`; empty for the value itself. */
  readonly path: string;

  constructor(path: string, what: string) {
    super(path === '' ? `the value is ${what}` : `${path} is ${what}`);
    this.path = path;
  }
}

interface Frame {
  readonly value: object;
  /** Sorted; null for an array. */
  readonly keys: readonly string[] | null;
  readonly length: number;
  readonly close: string;
  readonly path: string;
  next: number;
}

/**
 * The one JSON text of a value: no white space, keys in the order of their UTF-16 code units, an undefined property
 * left out. What JSON cannot say, or would say like something else, is refused with its path: a text that two different
 * values share would let two different steps share a fingerprint. Depth is limited by memory only.
 */
export function canonical(value: unknown): string {
  const text: string[] = [];
  const frames: Frame[] = [];
  const open = new Set<object>();

  const enter = (entry: unknown, path: string): void => {
    if (typeof entry !== 'object' || entry === null) {
      text.push(scalar(entry, path));
      return;
    }
    if (open.has(entry)) throw new CanonicalError(path, 'part of itself');
    const frame = createFrame(entry, path);
    open.add(entry);
    frames.push(frame);
    text.push(frame.keys === null ? '[' : '{');
  };

  enter(value, '');
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (frame.next === frame.length) {
      text.push(frame.close);
      open.delete(frame.value);
      frames.pop();
      continue;
    }
    const index = frame.next++;
    if (index > 0) text.push(',');
    if (frame.keys === null) {
      enter((frame.value as readonly unknown[])[index], `${frame.path}[${index}]`);
    } else {
      const key = frame.keys[index] as string;
      text.push(quoted(key, frame.path), ':');
      enter((frame.value as Record<string, unknown>)[key], child(frame.path, key));
    }
  }
  return text.join('');
}

function createFrame(value: object, path: string): Frame {
  if (Array.isArray(value)) {
    if (Object.keys(value).length > value.length)
      throw new CanonicalError(path, 'an array with named properties');
    return { value, keys: null, length: value.length, close: ']', path, next: 0 };
  }
  if (!isPlain(value)) throw new CanonicalError(path, `a ${className(value)}, not a plain object`);
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw new CanonicalError(path, 'an object with symbols for keys');
  }
  const record = value as Record<string, unknown>;
  // The default order of `sort` is by UTF-16 code unit, whatever the locale.
  const keys = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort();
  return { value, keys, length: keys.length, close: '}', path, next: 0 };
}

function scalar(value: unknown, path: string): string {
  switch (typeof value) {
    case 'string':
      return quoted(value, path);
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new CanonicalError(path, String(value));
      if (Object.is(value, -0)) throw new CanonicalError(path, '-0, which JSON cannot tell from 0');
      return String(value);
    case 'object':
      return 'null';
    case 'undefined':
      throw new CanonicalError(path, 'undefined');
    default:
      throw new CanonicalError(path, `a ${typeof value}`);
  }
}

function quoted(value: string, path: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new CanonicalError(path, 'text with half of a surrogate pair');
  return JSON.stringify(value);
}

/** By shape, not by identity: an object from another realm is as plain as one of ours. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

function className(value: object): string {
  const { constructor } = value as { constructor?: { name?: unknown } };
  return typeof constructor?.name === 'string' && constructor.name !== ''
    ? constructor.name
    : 'derived object';
}

function child(path: string, key: string): string {
  if (!/^[\p{ID_Start}_$][\p{ID_Continue}$-]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
