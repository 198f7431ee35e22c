import {
  artifactOrigin,
  PipelineError,
  type AnyKind,
  type Artifact,
  type Pipeline,
  type Place,
  type Port,
  type StepCall,
} from '@temper/pipeline';
import { didYouMean } from './nearest.ts';

/** One input of a step: which output of which earlier step. */
export interface Wire {
  readonly input: string;
  /** Index into the ordered steps. */
  readonly step: number;
  readonly output: string;
}

/** Where a call stands: one of a stage, or the one that makes the pipeline. */
export type PlaceOf = (call: Pick<StepCall, 'site'>) => Place | undefined;

/** A stage call with its place in the order. */
export interface OrderedCall {
  readonly call: StepCall;
  /** In the order they were passed. */
  readonly wires: readonly Wire[];
}

/** The calls that a pipeline's outputs need, inputs before users, otherwise in the order of the outputs. */
export interface Order {
  readonly calls: readonly OrderedCall[];
  readonly outputs: readonly { readonly name: string; readonly step: number; readonly output: string }[];
}

/**
 * Orders a pipeline. Iterative, since a chain may be longer than the stack is deep.
 *
 * @throws PipelineError for values that are not artifacts, wires of a wrong kind (a cast can get past the compiler),
 *   missing inputs, and two kinds under one name.
 */
export function orderCalls(pipeline: Pipeline, placeOf: PlaceOf): Order {
  const kinds = new Map<string, AnyKind>();
  const positions = new Map<StepCall, number>();
  const calls: OrderedCall[] = [];

  const outputs = Object.entries(pipeline.outputs).map(([name, artifact]) => {
    requireFolderName(name, `the pipeline's output \`${name}\``, placeOf(pipeline));
    const origin = artifactOrigin(artifact);
    if (origin === undefined) {
      const what = `the pipeline's output \`${name}\` is not an artifact but ${describe(artifact)}`;
      throw new PipelineError('not-an-artifact', what, {
        where: placeOf(pipeline),
        hint: 'pass one output of a stage call, such as `{ model }` after `const { model } = merge(…)`',
      });
    }
    return { name, origin };
  });
  if (outputs.length === 0) {
    throw new PipelineError('empty-pipeline', 'a pipeline needs at least one output', {
      where: placeOf(pipeline),
      hint: 'name the artifacts that you want, as in `pipeline({ model, report })`',
    });
  }

  for (const { origin } of outputs) place(origin.call);
  return {
    calls,
    outputs: outputs.map(({ name, origin }) => ({
      name,
      step: positions.get(origin.call) ?? -1,
      output: origin.output,
    })),
  };

  function place(root: StepCall): void {
    const stack: { call: StepCall; next: number; needs: readonly Needed[] }[] = [];
    const enter = (call: StepCall): void => {
      if (!positions.has(call)) stack.push({ call, next: 0, needs: neededBy(call, placeOf) });
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const need = top.needs[top.next];
      if (need !== undefined) {
        top.next += 1;
        enter(need.call);
        continue;
      }
      stack.pop();
      if (positions.has(top.call)) continue;
      for (const name of [top.call.stage.name, ...Object.keys(top.call.stage.outputs)])
        requireFolderName(name, `\`${name}\` of the stage ${top.call.stage.name}`, placeOf(top.call));
      noteKinds(top.call, kinds, placeOf);
      positions.set(top.call, calls.length);
      const wires = top.needs.map(({ input, call, output }) => ({
        input,
        step: positions.get(call) ?? -1,
        output,
      }));
      calls.push({ call: top.call, wires });
    }
  }
}

/** Names of stages and outputs become folders: of the workspace, of the job, of the run. */
function requireFolderName(name: string, what: string, where: Place | undefined): void {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name)) return;
  throw new PipelineError('wrong-name', `${what} cannot be the name of a folder`, {
    where,
    hint: 'begin with a letter, and go on with letters, digits, `-`, `_` and `.`',
  });
}

interface Needed {
  readonly input: string;
  readonly call: StepCall;
  readonly output: string;
}

function neededBy(call: StepCall, placeOf: PlaceOf): readonly Needed[] {
  const needs: Needed[] = [];
  const wrong = (code: string, message: string, hint?: string): never => {
    throw new PipelineError(code, message, { where: placeOf(call), hint });
  };
  const inputs = Object.keys(call.stage.inputs);
  for (const name of Object.keys(call.inputs)) {
    if (!(name in call.stage.inputs)) {
      wrong(
        'unknown-input',
        `${call.stage.name} has no input \`${name}\``,
        didYouMean(name, inputs) ?? `its inputs are ${inputs.join(', ')}`,
      );
    }
  }
  for (const [name, port] of Object.entries<Port>(call.stage.inputs)) {
    const given = call.inputs[name];
    if (given === undefined) {
      if (port.type !== 'optional') wrong('missing-input', `${call.stage.name} needs an input \`${name}\``);
      continue;
    }
    const list = Array.isArray(given) ? (given as readonly unknown[]) : [given];
    if (Array.isArray(given) !== (port.type === 'many')) {
      wrong(
        'wrong-input',
        `the input \`${name}\` of ${call.stage.name} takes ${port.type === 'many' ? 'a list' : 'one artifact'}`,
      );
    }
    if (list.length === 0) wrong('missing-input', `the list \`${name}\` of ${call.stage.name} is empty`);
    const accepted = acceptedKinds(port);
    for (const value of list) {
      const origin = artifactOrigin(value);
      if (origin === undefined) {
        return wrong(
          'not-an-artifact',
          `the input \`${name}\` of ${call.stage.name} is not an artifact but ${describe(value)}`,
          'pass one output of a stage call, as in `const { rows } = loadRows(…)`',
        );
      }
      const kind = (value as Artifact).kind;
      if (!accepted.includes(kind)) {
        wrong(
          'wrong-kind',
          `the input \`${name}\` of ${call.stage.name} takes ${accepted.map(quoted).join(' or ')}, not ${quoted(kind)}`,
        );
      }
      needs.push({ input: name, call: origin.call, output: origin.output });
    }
  }
  return needs;
}

/** What stands in the place of an artifact. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  if (typeof value === 'string') return `the text ${quoted(value)}`;
  if (typeof value === 'function') return 'definition' in value ? 'a stage that is not called' : 'a function';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const outputs = Object.keys(value);
  const isCall = Object.values(value).some((output) => artifactOrigin(output) !== undefined);
  return isCall
    ? `all outputs of a call: ${outputs.join(', ')}`
    : Array.isArray(value)
      ? 'a list'
      : 'an object';
}

function quoted(text: string): string {
  return `“${text}”`;
}

function acceptedKinds(port: Port): readonly string[] {
  const inner = port.type === 'optional' || port.type === 'many' ? port.of : port;
  return inner.type === 'any-of' ? inner.of.map((kind) => kind.kind) : [inner.kind];
}

function noteKinds(call: StepCall, kinds: Map<string, AnyKind>, placeOf: PlaceOf): void {
  for (const kind of Object.values<AnyKind>(call.stage.outputs)) {
    const known = kinds.get(kind.kind);
    if (known === undefined) kinds.set(kind.kind, kind);
    else if (known !== kind) {
      throw new PipelineError('kind-declared-twice', `two kinds are both named \`${kind.kind}\``, {
        where: placeOf(call),
        hint: `rename one of them: ${shortUrl(known.url)} and ${shortUrl(kind.url)}`,
      });
    }
  }
}

function shortUrl(url: string): string {
  return url.split('/').slice(-3).join('/');
}
