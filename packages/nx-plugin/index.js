// @ts-check
'use strict';

/**
 * Temper's plugin for Nx: one target per pipeline file, inferred.
 *
 * It owns the project `pipelines`, the targets in it and the executor that starts the `temper` command. In come
 * the files `pipelines/<pipeline>.ts` and `pipelines/<pipeline>.<configuration>.yaml`, by name alone; out go
 * targets of the pipeline's name, each with its configurations and the first sentence of its comment. Nothing of
 * a pipeline is evaluated here, and nothing is cached: the store is the one memory. It takes for granted that
 * `@temper/cli` can be found from the workspace's root, as a package of the workspace or as an installed one.
 *
 * The plugin is plain JavaScript because Nx loads it before anything of the workspace has been built.
 */

const { createNodes } = require('./src/nodes.js');

module.exports = {
  name: '@temper/nx-plugin',
  createNodesV2: createNodes,
};
