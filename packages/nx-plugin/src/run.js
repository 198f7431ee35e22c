// @ts-check
'use strict';

const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { constants } = require('node:os');
const { join, relative } = require('node:path');
const { PACKAGE, findCommand } = require('./command.js');

/** @import { ExecutorContext } from '@nx/devkit' */
/** @import { Command } from './command.js' */

/**
 * The executor `@temper/nx-plugin:run`: `temper run PIPELINE`, with the configuration that Nx was given and every
 * further argument as it was typed.
 *
 * Nx itself ends with 0 or 1; the exact code of the command is printed, and stands in its `--result-file`.
 *
 * @param {{ pipeline: string, arguments?: string[] }} options
 * @param {ExecutorContext} context
 * @returns {Promise<{ success: boolean }>}
 */
async function run(options, { root, configurationName, isVerbose }) {
  const command = findCommand(root);
  const missing = whatIsMissing(root, command);
  if (command === undefined || missing !== undefined) {
    console.error(missing);
    return { success: false };
  }
  const words = ['run', options.pipeline];
  if (configurationName !== undefined) words.push('-c', configurationName);
  words.push(...(options.arguments ?? []));
  if (isVerbose) console.error([command.bin, ...words].join(' '));
  restoreColor();
  if (answerHere(command, words)) return { success: true };
  const code = await execute(command.bin, words);
  if (code > 1) console.error(`temper ended with exit code ${String(code)}`);
  return { success: code === 0 };
}

/**
 * @param {string} root
 * @param {Command | undefined} command
 * @returns {string | undefined} a message
 */
function whatIsMissing(root, command) {
  if (command === undefined) {
    return `✗ ${PACKAGE} is not installed in this workspace\n  hint: npm install --save-dev ${PACKAGE}`;
  }
  const bundle = join(command.folder, 'dist');
  if (existsSync(bundle)) return undefined;
  const hint = command.fromWorkspace ? `npx nx run ${PACKAGE}:build` : `npm install --save-dev ${PACKAGE}`;
  return `✗ the temper command is not built: ${relative(root, bundle)} does not exist\n  hint: ${hint}`;
}

/**
 * Nx may have set or dropped FORCE_COLOR; the user's own is in the other variable (see hasher.js). Whoever sets
 * NO_COLOR means it, and Node would let FORCE_COLOR win. This process has nothing else to do than the one command.
 */
function restoreColor() {
  const color = process.env['TEMPER_FORCE_COLOR'] ?? process.env['FORCE_COLOR'];
  delete process.env['TEMPER_FORCE_COLOR'];
  delete process.env['FORCE_COLOR'];
  if (color !== undefined && !process.env['NO_COLOR']) process.env['FORCE_COLOR'] = color;
}

/**
 * What the command can tell from memory it tells from here: a process for it would take longer than the answer.
 *
 * @param {Command} command
 * @param {string[]} words
 */
function answerHere({ folder }, words) {
  const path = join(folder, 'bin', 'answer.js');
  if (!existsSync(path)) return false;
  const { answerFromMemory } = /** @type {{ answerFromMemory(words: string[]): boolean }} */ (require(path));
  return answerFromMemory(words);
}

/**
 * @param {string} script
 * @param {string[]} words
 * @returns {Promise<number>} the exit code, or 128 and the signal's number
 */
function execute(script, words) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...words], { stdio: 'inherit' });
    const wait = () => {
      // A signal reaches the command as well: a terminal signals the whole foreground group, and Nx its whole tree.
      // It saves what it can and then ends; ending before it would leave it writing under the shell's next prompt.
    };
    for (const signal of SIGNALS) process.on(signal, wait);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of SIGNALS) process.off(name, wait);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

module.exports = run;
