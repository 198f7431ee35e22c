'use strict';
// The part of the command that answers from memory, for who is a Node process already and would wait longer for another
// one than for the answer: the executor of @temper/nx-plugin.
const { existsSync, lstatSync, readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const dist = join(__dirname, '..', 'dist');
const builder = join(__dirname, '..', 'build.mjs');

/** Whether a source is newer than the bundle, which only happens where there are sources. */
function isOutdated() {
  if (!existsSync(builder)) return false;
  try {
    const built = lstatSync(join(dist, 'inputs.json')).mtimeMs;
    const root = resolve(__dirname, '..', '..', '..');
    // Joined by hand: the paths are in order already, and there are hundreds of them.
    return JSON.parse(readFileSync(join(dist, 'inputs.json'), 'utf8')).some(
      (path) => lstatSync(`${root}/${path}`).mtimeMs > built,
    );
  } catch {
    return true;
  }
}

/** Prints what these words would print when the last run told it already. False when it did not; nothing is printed then. */
function answerFromMemory(words) {
  return !isOutdated() && require(join(dist, 'start.cjs')).answerFromMemory(words);
}

module.exports = { answerFromMemory, builder, dist, isOutdated };
