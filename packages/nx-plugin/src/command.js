// @ts-check
'use strict';

const { existsSync, readFileSync, realpathSync } = require('node:fs');
const { dirname, join, relative, sep } = require('node:path');

/**
 * @typedef {object} Command
 * @property {string} folder the real folder of `@temper/cli`
 * @property {string} bin the script behind `temper`
 * @property {boolean} fromWorkspace whether the package's source is part of this workspace, so that Nx can build it
 */

const PACKAGE = '@temper/cli';

/**
 * Finds `@temper/cli` as Node would from the workspace's root. The folders are walked here because the package
 * opens only its door, and `require.resolve` refuses everything else.
 *
 * @param {string} root
 * @returns {Command | undefined}
 */
function findCommand(root) {
  for (let folder = root; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules', PACKAGE, 'package.json');
    if (existsSync(manifest)) return readCommand(root, dirname(realpathSync(manifest)));
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Command | undefined}
 */
function readCommand(root, folder) {
  const manifest = /** @type {{ bin?: string | Record<string, string> }} */ (
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  );
  const script = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.['temper'];
  if (typeof script !== 'string') return undefined;
  const path = relative(realpathSync(root), folder).split(sep);
  return {
    folder,
    bin: join(folder, script),
    fromWorkspace: path[0] !== '..' && !path.includes('node_modules'),
  };
}

module.exports = { PACKAGE, findCommand };
