// @ts-check
'use strict';

/**
 * What Nx loads into its own process for the targets of pipelines, once, after it has decided which tasks there are
 * and before it starts the first.
 *
 * That moment is what this module is for, more than its hash: it is the only one at which a plugin can refuse a
 * command without delay. Nx also has the hook `preTasksExecution`, but it starts a process for it, which costs each
 * run 0.4 s (https://github.com/nrwl/nx/blob/22.7.12/packages/nx/src/project-graph/plugins/isolation/plugin-lifecycle-manager.ts).
 */

const { randomUUID } = require('node:crypto');
const { workspaceRoot } = require('nx/src/utils/workspace-root');
const { refuseUnknownConfiguration } = require('./refuse.js');

/** @import { CustomHasher } from '@nx/devkit' */

refuseUnknownConfiguration(workspaceRoot, process.argv);

// Tasks inherit the streams of Nx, and so the terminal, instead of a pseudo-terminal of its own (one task) or pipes
// (several). With pipes Nx would also set FORCE_COLOR, whatever the output is read by; without, it drops the user's.
process.env['NX_NATIVE_COMMAND_RUNNER'] = 'false';
if (process.env['FORCE_COLOR']) process.env['TEMPER_FORCE_COLOR'] = process.env['FORCE_COLOR'];

/**
 * Each run is new to Nx. The store decides what is up to date, and a failure that is followed by a success is no
 * flaky task.
 *
 * @type {CustomHasher}
 */
async function hasher() {
  return Promise.resolve({ value: randomUUID(), details: { command: '', nodes: {} } });
}

module.exports = hasher;
