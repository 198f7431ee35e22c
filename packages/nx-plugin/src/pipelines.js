// @ts-check
'use strict';

/**
 * @typedef {object} PipelineFile
 * @property {string} name the file's name without `.ts`, which is the pipeline's
 * @property {string} path relative to the workspace's root, with slashes
 * @property {string[]} configurations sorted; one for each `<name>.<configuration>.yaml`
 */

const FOLDER = 'pipelines';

/** What Nx watches: the files whose coming and going changes a target. */
const PATTERN = `${FOLDER}/*.{ts,yaml}`;

/**
 * Pairs pipelines with their configurations, by file name alone. A name holds no dot: that is what tells
 * `demo.ts` from `demo.test.ts`, and the configuration `tiny` of `demo` from a pipeline `demo.tiny`.
 *
 * @param {readonly string[]} paths relative to the workspace's root, with slashes
 * @returns {PipelineFile[]} sorted by name
 */
function pipelineFiles(paths) {
  const names = matches(paths, /^pipelines\/([^./]+)\.ts$/);
  const configurations = matches(paths, /^pipelines\/([^./]+)\.([^./]+)\.yaml$/);
  return names
    .map(([path, name = '']) => ({
      name,
      path,
      configurations: configurations
        .filter(([, pipeline]) => pipeline === name)
        .map(([, , configuration = '']) => configuration)
        .sort(),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * @param {readonly string[]} paths
 * @param {RegExp} pattern
 * @returns {[string, ...string[]][]}
 */
function matches(paths, pattern) {
  return paths.flatMap((path) => {
    const match = pattern.exec(path);
    return match ? [/** @type {[string, ...string[]]} */ ([path, ...match.slice(1)])] : [];
  });
}

module.exports = { FOLDER, PATTERN, pipelineFiles };
