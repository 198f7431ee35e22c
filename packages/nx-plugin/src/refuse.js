// @ts-check
'use strict';

const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { readCachedProjectGraph } = require('nx/src/project-graph/project-graph');
const { findMatchingProjects } = require('nx/src/utils/find-matching-projects');
const { readInvocation } = require('./invocation.js');
const { nearest } = require('./nearest.js');
const { FOLDER, pipelineFiles } = require('./pipelines.js');

/** @import { Invocation } from './invocation.js' */
/** @import { PipelineFile } from './pipelines.js' */

/**
 * Throws for a configuration that a pipeline does not have. Nx would run the pipeline without a configuration
 * instead, which is the most expensive thing to do by mistake.
 *
 * @param {string} root the workspace's
 * @param {readonly string[]} argv the command line of Nx, as `process.argv`
 */
function refuseUnknownConfiguration(root, argv) {
  const files = existing(root);
  const { targets, configuration } = askedOfPipelines(readInvocation(argv), files);
  if (configuration === undefined) return;
  const without = files.find(({ name, configurations }) => {
    return targets.includes(name) && !configurations.includes(configuration);
  });
  if (without !== undefined) throw refusal(without, configuration);
}

/** @param {string} root */
function existing(root) {
  return pipelineFiles(readdirSync(join(root, FOLDER)).map((name) => `${FOLDER}/${name}`));
}

/**
 * What of a command line concerns the project `pipelines`.
 *
 * @param {Invocation} invocation
 * @param {readonly PipelineFile[]} files
 * @returns {Pick<Invocation, 'targets' | 'configuration'>}
 */
function askedOfPipelines({ projects, targets, configuration }, files) {
  if (projects === undefined || includesPipelines(projects)) return { targets, configuration };
  // In the folder `pipelines`, Nx takes `one:two` for a target and its configuration, unless a project is called `one`.
  const [first = ''] = projects;
  const isTarget = files.some(({ name }) => name === first) && !(first in readCachedProjectGraph().nodes);
  return isTarget
    ? { targets: [first], configuration: configuration ?? targets[0] }
    : { targets: [], configuration };
}

/** @param {string[]} patterns */
function includesPipelines(patterns) {
  const node = { name: FOLDER, type: /** @type {const} */ ('app'), data: { root: FOLDER } };
  return findMatchingProjects(patterns, { [FOLDER]: node }).length > 0;
}

/**
 * @param {PipelineFile} file
 * @param {string} configuration
 */
function refusal({ name, configurations }, configuration) {
  const meant = nearest(configuration, configurations);
  const lines = [
    `Pipeline '${name}' has no configuration '${configuration}': there is no ${FOLDER}/${name}.${configuration}.yaml`,
  ];
  if (meant !== undefined) lines.push(`did you mean '${meant}'?`);
  lines.push(
    configurations.length === 0
      ? `'${name}' has no configurations; run it without one`
      : `configurations of '${name}': ${configurations.join(', ')}`,
  );
  const error = new Error(lines.join('\n'));
  // Nx offers a stack trace for whatever has one. A mistyped name needs none.
  delete error.stack;
  return error;
}

module.exports = { refuseUnknownConfiguration };
