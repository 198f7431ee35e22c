#!/usr/bin/env node
'use strict';
// The command is one bundled file. In the repository it is built by `npm ci` (the root's `prepare`), and again here
// whenever a source is newer than the bundle; in an installed package it lies ready.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { builder, dist, isOutdated } = require('./answer.js');

if (isOutdated()) build();
require(join(dist, 'start.cjs')).start(process.argv.slice(2));

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
