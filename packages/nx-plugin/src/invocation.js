// @ts-check
'use strict';

const { parseArgs } = require('node:util');

/**
 * @typedef {object} Invocation what a command line asks Nx to run
 * @property {string[] | undefined} projects names or patterns; undefined where Nx chooses
 * @property {string[]} targets
 * @property {string | undefined} configuration
 */

/**
 * Options of Nx that take a value, which is therefore no name of a project or target. Those that matter here have
 * the short forms that Nx gives them.
 * @type {import('node:util').ParseArgsConfig['options']}
 */
const OPTIONS = {
  configuration: { type: 'string', short: 'c' },
  target: { type: 'string', short: 't' },
  targets: { type: 'string' },
  project: { type: 'string', short: 'p' },
  projects: { type: 'string' },
  prod: { type: 'boolean' },
  ...Object.fromEntries(
    ['base', 'exclude', 'files', 'head', 'parallel', 'runner', 'output-style', 'outputStyle'].map((name) => [
      name,
      { type: /** @type {const} */ ('string') },
    ]),
  ),
};

/**
 * Reads a command line of Nx the way Nx does. This exists because Nx tells a plugin the command line and nothing
 * else: a configuration that no project has is dropped without a word before the plugin sees a task.
 *
 * @param {readonly string[]} argv with the two leading entries of `process.argv`
 * @returns {Invocation}
 */
function readInvocation(argv) {
  const end = argv.indexOf('--');
  const words = argv.slice(2, end === -1 ? undefined : end);
  const { values, positionals } = parseArgs({
    // Nx takes -c=tiny for -c tiny; parseArgs would make it '=tiny'.
    args: words.flatMap((word) => (/^-\w=/.test(word) ? [word.slice(0, 2), word.slice(3)] : [word])),
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
  });
  const [command = '', ...names] = positionals;
  const configuration = text(values['configuration']) ?? (values['prod'] ? 'production' : undefined);
  const targets = list(values['targets'] ?? values['target']);
  const projects = list(values['projects'] ?? values['project']);

  if (command === 'run-many' || command === 'affected') {
    // `-t one two` is how Nx lists targets, and the second of them looks like a name of its own.
    const listed = targets.length > 0 ? [...targets, ...names] : [];
    return { projects: projects.length > 0 ? projects : undefined, targets: listed, configuration };
  }
  // `nx run project:target:configuration`, or the infix `nx target project`
  const [first, second] = command === 'run' ? names : positionals;
  return one(
    targets[0] ?? first ?? '',
    projects[0] ?? (first === undefined ? undefined : second),
    configuration,
  );
}

/**
 * @param {string} words `target`, `project:target` or `project:target:configuration`
 * @param {string | undefined} project as its own word or option
 * @param {string | undefined} configuration as an option, which wins
 * @returns {Invocation}
 */
function one(words, project, configuration) {
  const [first = '', second, ...rest] = words.split(':');
  if (second === undefined) {
    return { projects: project === undefined ? undefined : [project], targets: [first], configuration };
  }
  const third = rest.length > 0 ? rest.join(':') : undefined;
  return { projects: [project ?? first], targets: [second], configuration: configuration ?? third };
}

/** @param {unknown} value */
function text(value) {
  return typeof value === 'string' ? value : undefined;
}

/** @param {unknown} value */
function list(value) {
  return (text(value) ?? '').split(/[\s,]+/).filter((name) => name !== '');
}

module.exports = { readInvocation };
