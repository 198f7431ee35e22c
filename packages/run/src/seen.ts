import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';

/** What places looked like at a moment. */
export interface Seen {
  /** The same text as long as nobody has touched one of them. */
  readonly print: string;
  /**
   * Milliseconds since which a second change of the newest of them would show: before, it could hide in the same tick of
   * the file system's clock.
   */
  readonly settled: number;
}

/**
 * Looks at places without reading them: whether they are there, and by `lstat` of which kind, size and age. Of the
 * folders, which hold files that have no place of their own here, at everything below. However many they are, what is
 * seen is one short text. Undefined where a folder is not there, or leads somewhere else by a link.
 *
 * @param root What stands before each place that is not absolute.
 */
export function seeAll(places: Iterable<string>, folders: readonly string[], root = ''): Seen | undefined {
  const mixer = createMixer();
  let settled = 0;
  const take = (stat: Stats): void => {
    for (const value of [stat.dev, stat.ino, stat.mode, stat.size, stat.mtimeMs, stat.ctimeMs])
      mixer.number(value);
    settled = Math.max(settled, settlingOf(stat.ctimeMs));
  };
  for (const place of places) {
    const look = lookAt(place.startsWith('/') ? place : root + place);
    if (look === undefined) mixer.number(absent);
    else if (typeof look === 'string') mixer.text(look);
    else take(look);
  }
  const pending = [...folders];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const look = lookAt(path);
    if (look === undefined || typeof look === 'string') return undefined;
    take(look);
    // A renamed file changes the folder that holds it, so names need no look of their own.
    if (look.isDirectory()) for (const name of namesIn(path)) pending.push(`${path}/${name}`);
  }
  return { print: mixer.print(), settled };
}

/** In the place of a device's number, of which none is negative. */
const absent = -1;

/** Where a link leads, else what is there. A file in the place of a folder, or one that nobody may enter, holds nothing. */
function lookAt(path: string): Stats | string | undefined {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.isSymbolicLink() === true ? readlinkSync(path) : stat;
  } catch {
    return undefined;
  }
}

/** None in a folder that is gone or may not be read: its own look tells. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Until when a file that changed at this moment can change again unseen. File systems without fractions of a second stamp
 * by up to two of them. Those of a double are fine enough for the others.
 */
function settlingOf(changed: number): number {
  return changed + (changed % 1000 === 0 ? 2000 : 20);
}

/**
 * A hash of numbers in their order, quick because there are many. Every step can be taken back, so that one number that
 * differs always shows; that several do not is a matter of 64 bits.
 */
function createMixer(): { number(value: number): void; text(value: string): void; print(): string } {
  const bits = new Float64Array(1);
  const halves = new Int32Array(bits.buffer);
  let [high, low, count] = [0, 0, 0];
  const number = (value: number): void => {
    bits[0] = value;
    high = Math.imul(high ^ (halves[0] ?? 0), 0x9e3779b1) ^ (low >>> 15);
    low = Math.imul(low ^ (halves[1] ?? 0), 0x85ebca6b) ^ (high >>> 13);
    count += 1;
  };
  return {
    number,
    text(value) {
      number(value.length);
      for (let at = 0; at < value.length; at++) number(value.charCodeAt(at));
    },
    print: () => `${String(count)}:${String(high)}:${String(low)}`,
  };
}
