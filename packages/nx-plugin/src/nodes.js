// @ts-check
'use strict';

const { readFileSync, realpathSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const { PACKAGE, findCommand } = require('./command.js');
const { leadingSentence } = require('./description.js');
const { FOLDER, PATTERN, pipelineFiles } = require('./pipelines.js');

/** @import { CreateNodesV2, TargetConfiguration } from '@nx/devkit' */
/** @import { PipelineFile } from './pipelines.js' */

/**
 * The project `pipelines`, told to Nx one file at a time: Nx merges what has the same root, and then knows of
 * every target which file it comes from.
 *
 * @type {CreateNodesV2}
 */
const createNodes = [
  PATTERN,
  (paths, _options, { workspaceRoot }) => {
    const built = findCommand(workspaceRoot)?.fromWorkspace === true;
    return pipelineFiles(paths).map((file) => [
      file.path,
      {
        projects: {
          [FOLDER]: {
            root: FOLDER,
            name: FOLDER,
            projectType: 'application',
            tags: ['layer:pipelines'],
            targets: { [file.name]: target(workspaceRoot, file, built) },
          },
        },
      },
    ]);
  },
];

/**
 * @param {string} root
 * @param {PipelineFile} file
 * @param {boolean} built whether the command is built in this workspace
 * @returns {TargetConfiguration}
 */
function target(root, file, built) {
  const description = leadingSentence(readFileSync(join(root, file.path), 'utf8'));
  return {
    executor: executor(root),
    options: { pipeline: file.name },
    configurations: Object.fromEntries(file.configurations.map((name) => [name, {}])),
    // The store knows better than a hash of sources what must run, and it verifies what it serves.
    cache: false,
    // One pipeline has the machine to itself; inside it, --jobs says how many steps run at once.
    parallelism: false,
    outputs: [],
    // Not for a cache: these make `nx affected` notice data and locked packages, which no import leads to.
    inputs: ['default', '^default', '{workspaceRoot}/data/**/*', '{workspaceRoot}/package-lock.json'],
    ...(built && { dependsOn: [{ projects: [PACKAGE], target: 'build' }] }),
    ...(description !== undefined && { metadata: { description } }),
  };
}

/**
 * The executor by the package's name, or by its folder where this package is a part of the workspace: a package of the
 * workspace Nx looks for in its source, for which it loads TypeScript into two of its processes
 * (https://github.com/nrwl/nx/blob/22.7.12/packages/nx/src/config/schema-utils.ts).
 *
 * @param {string} root
 */
function executor(root) {
  const path = relative(realpathSync(root), join(__dirname, '..')).split(sep);
  const fromWorkspace = path[0] !== '..' && !path.includes('node_modules');
  return `${fromWorkspace ? `./${path.join('/')}` : '@temper/nx-plugin'}:run`;
}

module.exports = { createNodes };
