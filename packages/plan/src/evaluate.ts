import { relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInContext } from 'node:vm';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { PipelineError, type Pipeline, type Place } from '@temper/pipeline';
import type { Bundle } from './bundle.ts';
import type { Sandbox } from './sandbox.ts';

/** A pipeline file's value, and the way back from its script to its source. */
export interface Evaluated {
  readonly pipeline: Pipeline;
  /** The source of a position in the script, or undefined when it has none in the workspace. */
  placeOf(stack: string | undefined): Place | undefined;
}

/**
 * Evaluates a bundled pipeline file.
 *
 * @throws PipelineError when it throws, does not end within `timeoutSeconds`, or exports something else.
 */
export function evaluatePipeline(
  name: string,
  file: string,
  bundle: Bundle,
  sandbox: Sandbox,
  options: { readonly workspace: string; readonly timeoutSeconds: number },
): Evaluated {
  const { workspace, timeoutSeconds } = options;
  const script = `${name}.pipeline.cjs`;
  const map = new TraceMap(bundle.sourceMap);
  const placeOf = (stack: string | undefined): Place | undefined => findPlace(stack, script, map, workspace);
  const start: Place = { file: relative(workspace, file), line: 1, column: 1 };

  const module: { exports: { default?: unknown } } = { exports: {} };
  try {
    const wrapped = `(function (module, exports) {${bundle.code}\n})`;
    const run = runInContext(wrapped, sandbox.context, {
      filename: script,
      timeout: timeoutSeconds * 1000,
    }) as (...given: unknown[]) => void;
    sandbox.context['temperModule'] = module;
    sandbox.context['temperRun'] = run;
    // Called through the context, since the time limit holds for what a script does and not for its functions.
    runInContext('temperRun(temperModule, temperModule.exports)', sandbox.context, {
      filename: 'temper-start.js',
      timeout: timeoutSeconds * 1000,
    });
  } catch (error) {
    throw explain(error, name, timeoutSeconds, placeOf, start);
  }
  const exported = module.exports.default;
  if (!isPipeline(exported)) {
    throw new PipelineError(
      'not-a-pipeline',
      `${name}.ts does not export a pipeline: its default export is ${describe(exported)}`,
      {
        where: start,
        hint: 'end the file with `export default pipeline({ … })`, naming the outputs you want',
      },
    );
  }
  return { pipeline: exported, placeOf };
}

function isPipeline(value: unknown): value is Pipeline {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'pipeline';
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') {
    if ('then' in value) return 'a promise';
    const keys = Object.keys(value);
    return 'kind' in value
      ? 'an artifact'
      : `an object with ${keys.length === 0 ? 'nothing in it' : keys.join(', ')}`;
  }
  return typeof value === 'function' ? 'a function' : `a ${typeof value}`;
}

function explain(
  error: unknown,
  name: string,
  timeoutSeconds: number,
  placeOf: (stack: string | undefined) => Place | undefined,
  start: Place,
): Error {
  const thrown = error as {
    code?: unknown;
    name?: unknown;
    message?: unknown;
    stack?: string;
    hint?: string;
    where?: Place;
  };
  if (thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
    return new PipelineError(
      'endless-pipeline',
      `${name}.ts did not finish within ${String(timeoutSeconds)} s while it was read`,
      {
        where: start,
        hint: 'look for a loop without an end; a pipeline file only declares, its stages do the work',
      },
    );
  }
  const where = thrown.where ?? placeOf(thrown.stack) ?? start;
  if (thrown.name === 'PipelineError') {
    return new PipelineError(String(thrown.code), String(thrown.message), {
      hint: thrown.hint,
      where,
      cause: error,
    });
  }
  const what =
    typeof error === 'object' && error !== null && 'message' in error
      ? `${String(thrown.name)}: ${String(thrown.message)}`
      : String(error);
  return new PipelineError('pipeline-threw', `${name}.ts threw while it was read: ${what}`, {
    where,
    cause: error,
  });
}

/** The first frame of a stack that lies in the workspace's own sources. */
function findPlace(
  stack: string | undefined,
  script: string,
  map: TraceMap,
  workspace: string,
): Place | undefined {
  for (const line of stack?.split('\n') ?? []) {
    const at = line.lastIndexOf(`${script}:`);
    if (at < 0) continue;
    const [row, column] = line
      .slice(at + script.length + 1)
      .split(/[:)]/, 2)
      .map(Number);
    if (row === undefined || column === undefined) continue;
    // The wrapper's opening stands before the first line of the script and nowhere else.
    const offset = row === 1 ? '(function (module, exports) {'.length : 0;
    const original = originalPositionFor(map, { line: row, column: Math.max(0, column - 1 - offset) });
    if (original.source === null) continue;
    const file = original.source.startsWith('file:')
      ? fileURLToPath(original.source)
      : fileURLToPath(new URL(original.source, pathToFileURL(resolve(workspace, 'x'))));
    const path = relative(workspace, file);
    if (path.startsWith('..') || path.includes('node_modules')) continue;
    return { file: path, line: original.line, column: original.column + 1 };
  }
  return undefined;
}
