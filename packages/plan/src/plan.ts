import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  PipelineError,
  type Host,
  type Needs,
  type Pin,
  type Place,
  type Python,
  type StageDefinition,
  type Upstream,
} from '@temper/pipeline';
import { bundlePipeline } from './bundle.ts';
import { readConfigurations, type ConfigurationFile } from './configuration.ts';
import { laySettings, type Settings } from './settings.ts';
import { evaluatePipeline } from './evaluate.ts';
import { labelSteps, requireStepsAt } from './labels.ts';
import { lockFile, readLock, type Lock } from './lock.ts';
import { placeKey, type NamedCall, type NameFinder } from './names.ts';
import { orderCalls, type OrderedCall, type Wire } from './order.ts';
import { ground, overlay, type Layered, type Origin } from './overlay.ts';
import { resolveParams } from './params.ts';
import { findPipeline } from './pipeline-files.ts';
import { createSandbox } from './sandbox.ts';
import { readSetOptions, setOverlay } from './set-option.ts';

/** A stage placed in a plan: everything about it that is known before anything runs. */
export interface PlannedStep {
  /** The shortest unambiguous address. */
  readonly label: string;
  readonly stage: string;
  readonly variable: string | undefined;
  readonly aliases: readonly string[];
  /** The call in the pipeline file. */
  readonly where: Place | undefined;
  readonly definition: StageDefinition;
  /** Resolved: defaults filled in, JSON. */
  readonly params: unknown;
  /** Of every leaf of `params`, by dotted path. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly wires: readonly Wire[];
  /** The implementation that the params choose. */
  readonly implementation: Host | Python;
  /** Absolute path of the implementation's entry. */
  readonly entry: string;
  readonly pins: readonly Pin[];
  readonly needs: Needs;
}

/** The ordered steps of a pipeline under one configuration, before anything is looked up or run. */
export interface Plan {
  readonly pipeline: string;
  /** `default` when none was named. */
  readonly configuration: string;
  /** Inputs before users. */
  readonly steps: readonly PlannedStep[];
  readonly outputs: readonly { readonly name: string; readonly step: number; readonly output: string }[];
  readonly settings: Settings;
  /** What `pipelines/<pipeline>.lock` pins; undefined where there is no lock. */
  readonly lock: Lock | undefined;
  /** Everything this plan depends on: it stays right while these stay what they are. */
  readonly reads: {
    /** Absolute paths. */
    readonly files: readonly string[];
    readonly environment: Readonly<Record<string, string | null>>;
  };
}

export interface PlanOptions {
  /** Absolute path of the workspace's root. */
  readonly workspace: string;
  readonly pipeline: string;
  readonly configuration?: string | undefined;
  /** Texts of `--set`. */
  readonly set?: readonly string[];
  /** What the pipeline file sees as `process.env`. */
  readonly environment: NodeJS.ProcessEnv;
  readonly names: NameFinder;
  /** How long a pipeline file may take to be read, in seconds. @default 10 */
  readonly timeoutSeconds?: number;
}

/**
 * Plans a pipeline: bundles and evaluates its file, orders the steps, names them, and lays the configuration over
 * their params. Reads sources and configurations only; the network, the store and the data are never touched.
 *
 * @throws PipelineError for whatever is wrong with the declaration, with its place.
 */
export async function createPlan(options: PlanOptions): Promise<Plan> {
  const { workspace } = options;
  const found = await findPipeline(workspace, options.pipeline);
  const chain =
    options.configuration === undefined || options.configuration === 'default'
      ? []
      : await readConfigurations(workspace, found.name, options.configuration, found.configurations);
  const sets = await readSetOptions(options.set ?? []);
  const lock = await readLock(workspace, found.name);

  const bundle = await bundlePipeline(found.file, workspace);
  const sandbox = createSandbox(workspace, options.environment);
  const evaluated = evaluatePipeline(found.name, found.file, bundle, sandbox, {
    workspace,
    timeoutSeconds: options.timeoutSeconds ?? 10,
  });
  const places = new Map<unknown, Place | undefined>();
  const order = orderCalls(evaluated.pipeline, (call) => {
    if (!places.has(call)) places.set(call, evaluated.placeOf(call.site.stack));
    return places.get(call);
  });
  for (const { call } of order.calls) places.set(call, evaluated.placeOf(call.site.stack));

  const named = await nameCalls(order.calls, places, options.names);
  const labels = labelSteps(named);
  const addressed = named.map((step, index) => ({ ...step, label: labels[index] ?? step.stage }));

  let layers = order.calls.map(({ call }, index) =>
    ground(call.params, (path) => ({ from: 'pipeline', where: paramPlace(named[index], path) })),
  );
  for (const file of chain) layers = layConfiguration(layers, file, addressed, order.calls);
  for (const set of sets) {
    for (const index of requireStepsAt(set.address, addressed)) {
      layers = replaceLayer(layers, index, (layer) =>
        overlay(layer, setOverlay(set), schemaOf(order.calls, index), () => ({
          from: 'set',
          text: set.text,
        })),
      );
    }
  }

  const upstreams: Upstream[] = [];
  const steps = order.calls.map(({ call, wires }, index): PlannedStep => {
    const step = addressed[index];
    const layer = layers[index];
    if (step === undefined || layer === undefined) throw new Error('a step without a name or params');
    const { value, origins } = resolveParams(step.label, call.stage.params, layer, step.where);
    const implementation = chooseImplementation(call.stage, value, step.where);
    const inputs = Object.fromEntries(wires.map((wire) => [wire.input, upstreams[wire.step]]));
    upstreams.push({ stage: call.stage.name, params: value, inputs });
    return {
      label: step.label,
      stage: step.stage,
      variable: step.variable,
      aliases: step.aliases,
      where: step.where,
      definition: call.stage,
      params: value,
      origins,
      wires,
      implementation,
      entry: fileURLToPath(new URL(implementation.entry, call.stage.url)),
      pins: call.stage.pins?.(value as never) ?? [],
      needs: call.stage.needs?.(value as never, inputs) ?? {},
    };
  });

  const last = chain.at(-1);
  return {
    pipeline: found.name,
    configuration: last?.name ?? 'default',
    steps,
    outputs: order.outputs,
    settings: laySettings(chain.map((file) => file.settings)),
    lock,
    reads: {
      files: [
        ...new Set([
          // Also where there is none yet: one that appears changes what is looked up.
          lockFile(workspace, found.name),
          ...bundle.files,
          ...chain.map((file) => resolve(workspace, file.file)),
          ...sandbox.reads.files,
        ]),
      ].sort(),
      environment: Object.fromEntries(
        [...sandbox.reads.environment].map(([name, value]) => [name, value ?? null]),
      ),
    },
  };
}

interface NamedStep {
  readonly stage: string;
  readonly variable: string | undefined;
  readonly aliases: readonly string[];
  readonly where: Place | undefined;
  readonly call: NamedCall | undefined;
}

async function nameCalls(
  calls: readonly OrderedCall[],
  places: ReadonlyMap<unknown, Place | undefined>,
  names: NameFinder,
): Promise<readonly NamedStep[]> {
  const known = await names([...places.values()].filter((place) => place !== undefined));
  return calls.map(({ call }) => {
    const place = places.get(call);
    const found = place === undefined ? undefined : known.get(placeKey(place));
    const variables = found?.variables ?? [];
    const [variable, ...aliases] = call.name === undefined ? variables : [call.name, ...variables];
    const where = place === undefined ? undefined : { ...place, length: found?.length ?? 1 };
    return { stage: call.stage.name, variable, aliases, where, call: found };
  });
}

function paramPlace(step: NamedStep | undefined, path: readonly (string | number)[]): Place | undefined {
  for (let length = path.length; length > 0; length--) {
    const place = step?.call?.params[path.slice(0, length).join('.')];
    if (place !== undefined && step?.where !== undefined) return { file: step.where.file, ...place };
  }
  return step?.where;
}

function layConfiguration(
  layers: readonly Layered[],
  file: ConfigurationFile,
  steps: readonly (NamedStep & { readonly label: string })[],
  calls: readonly OrderedCall[],
): Layered[] {
  let result = [...layers];
  for (const { address, where, params } of file.steps) {
    for (const index of requireStepsAt(address, steps, where)) {
      result = replaceLayer(result, index, (layer) =>
        overlay(layer, params, schemaOf(calls, index), (path) => ({
          from: 'configuration',
          where: file.placeOf(address, path),
        })),
      );
    }
  }
  return result;
}

function replaceLayer(
  layers: readonly Layered[],
  index: number,
  change: (layer: Layered) => Layered,
): Layered[] {
  return layers.map((layer, at) => (at === index ? change(layer) : layer));
}

function schemaOf(calls: readonly OrderedCall[], index: number): StageDefinition['params'] {
  const call = calls[index];
  if (call === undefined) throw new Error(`there is no step ${String(index)}`);
  return call.call.stage.params;
}

function chooseImplementation(
  stage: StageDefinition,
  params: unknown,
  where: Place | undefined,
): Host | Python {
  const { runs } = stage;
  if (runs.type !== 'by-param' && runs.type !== 'by-params') return runs;
  const value =
    runs.type === 'by-params'
      ? runs.choose(params as never)
      : String((params as Readonly<Record<string, unknown>>)[runs.param]);
  const branch = runs.branches[value];
  if (branch !== undefined) return branch;
  throw new PipelineError(
    'no-implementation',
    runs.type === 'by-params'
      ? `${stage.name} chooses to run as \`${value}\`, and says nothing about that`
      : `${stage.name} says nothing about how it runs for \`${runs.param}: ${value}\``,
    {
      where,
      hint: `it knows ${Object.keys(runs.branches).join(', ')}`,
    },
  );
}

/** A path as people read it: relative to the workspace, with `/`. */
export function workspacePath(workspace: string, path: string): string {
  return relative(workspace, path).replaceAll('\\', '/');
}
