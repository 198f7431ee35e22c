// A small generator of our own (mulberry32 on 32-bit integers), so that the committed rows can be made again, byte for
// byte, on any machine and with any version of Node.

/**
 * @typedef {object} Random
 * @property {(low: number, high: number) => number} integer both ends included
 * @property {<Item>(items: readonly Item[]) => Item} pick
 * @property {<Item>(items: readonly Item[], count: number) => Item[]} sample without repetition, in random order
 * @property {<Item>(items: readonly Item[]) => Item[]} shuffle a new array
 */

/**
 * @param {number} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low, high) => low + Math.floor(next() * (high - low + 1));
  const shuffle = (items) => {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = integer(0, last);
      [result[last], result[other]] = [result[other], result[last]];
    }
    return result;
  };
  return {
    integer,
    shuffle,
    pick: (items) => items[integer(0, items.length - 1)],
    sample: (items, count) => {
      if (count > items.length) throw new Error(`${count} of ${items.length} items cannot be sampled`);
      return shuffle(items).slice(0, count);
    },
  };
}

/**
 * Goes through the items in turn, so that each phrasing of a table is used equally often.
 * @template Item
 * @param {readonly Item[]} items
 * @returns {() => Item}
 */
export function inTurn(items) {
  let index = 0;
  return () => items[index++ % items.length];
}
