#!/usr/bin/env node
'use strict';
// The command is one bundled file. In the repository it is built by `npm ci` (the root's `prepare`), and again here
// whenever a source is newer than the bundle; in an installed package it lies ready.
const { existsSync, lstatSync, readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const dist = join(__dirname, '..', 'dist');
const builder = join(__dirname, '..', 'build.mjs');

if (existsSync(builder) && isOutdated()) build();
require(join(dist, 'start.cjs'));

function isOutdated() {
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

function build() {
  const { spawnSync } = require('node:child_process');
  const { status } = spawnSync(process.execPath, [builder], { stdio: ['ignore', 2, 2] });
  if (status !== 0 || !existsSync(join(dist, 'start.cjs'))) {
    process.stderr.write(
      '✗ the temper command could not be built\n  hint: run `npm ci`, then `npm run build`\n',
    );
    process.exit(1);
  }
}
