// @ts-check
'use strict';

/**
 * The candidate that a mistyped name most likely meant: the fewest edits, and no more than a third of its length.
 *
 * @param {string} name
 * @param {readonly string[]} candidates
 * @returns {string | undefined}
 */
function nearest(name, candidates) {
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.ceil(candidate.length / 3)))
    .sort((left, right) => left.edits - right.edits);
  return best?.candidate;
}

/**
 * Insertions, deletions and substitutions between two words (https://en.wikipedia.org/wiki/Levenshtein_distance).
 *
 * @param {string} from
 * @param {string} to
 */
function distance(from, to) {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substituted = at(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    previous = current;
  }
  return at(previous, to.length);
}

/**
 * @param {readonly number[]} numbers
 * @param {number} index
 */
function at(numbers, index) {
  return numbers[index] ?? Infinity;
}

module.exports = { nearest };
