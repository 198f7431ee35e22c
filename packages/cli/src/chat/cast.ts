import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError, type PythonEnvironment } from '@temper/pipeline';
import { requireStepsAt, type Plan, type PlannedStep } from '@temper/plan';
import type { Standing } from '@temper/run';
import type { Manifest, Store, StoredOutput } from '@temper/store';

/** Something that can answer: weights with an adapter or without one, and the tokenizer with its template. Folders. */
export interface Voice {
  readonly name: string;
  readonly weights: string;
  /** The artifact digest by which an adapter knows its base. */
  readonly baseDigest: string;
  readonly adapter: string | null;
  readonly tokenizer: string;
}

/** A checkpoint of the training, with its score where it was evaluated. */
export interface CheckpointVoice extends Voice {
  readonly step: number;
  readonly evalLoss: number | null;
}

/** Who can be talked to in a pipeline. */
export interface Cast {
  /** What the pipeline is for: its merged model, or its adapter on the base. */
  readonly main: Voice;
  /** The adapter on its base: what stands beside the base in a comparison, since the two share their memory. */
  readonly tuned: Voice | undefined;
  readonly base: Voice | undefined;
  readonly checkpoints: readonly CheckpointVoice[];
  /** The step whose result it is, when it was made, and whether a run would make it anew. */
  readonly made: { readonly label: string; readonly run: string; readonly stale: boolean };
  /** What the stages that made it run in. */
  readonly environment: PythonEnvironment | undefined;
}

const spoken = ['merged model', 'lora adapter', 'model weights'];

/**
 * Finds the models of a pipeline in the store.
 *
 * @param wanted A step whose result is to answer; by default what the pipeline's outputs lead to.
 * @throws PipelineError when nothing was trained yet, or the step makes nothing that could answer.
 */
export async function findCast(
  plan: Plan,
  standing: readonly Standing[],
  store: Store,
  wanted?: string,
): Promise<Cast> {
  const chosen = chooseStep(plan, wanted);
  const { stored, stale } = standing[chosen.step] ?? {};
  if (stored === undefined) throw nothingYet(plan, plan.steps[chosen.step]);
  const { manifest } = stored;
  const finder = createFinder(plan, standing, store);
  const output = required(manifest.outputs[chosen.output]);
  const folder = await store.materialise(output);
  const line = upstream(plan, chosen.step);

  const tokenizerOf = async (): Promise<string> => {
    const digest = line
      .map((index) => finder.inputOfKind(index, 'tokenizer') ?? finder.outputOfKind(index, 'tokenizer'))
      .find((found) => found !== undefined);
    return finder.folder(digest, 'tokenizer');
  };
  const tokenizer = output.kind === 'merged model' ? folder : await tokenizerOf();

  const withAdapter = async (name: string, adapter: string): Promise<Voice | undefined> => {
    const baseDigest = await baseOf(adapter);
    const weights = await finder.folderIfThere(baseDigest);
    return weights === undefined ? undefined : { name, weights, baseDigest, adapter, tokenizer };
  };
  const adapterDigest =
    output.kind === 'lora adapter' ? output.digest : finder.inputOfKind(chosen.step, 'lora adapter');
  const adapterFolder = await finder.folderIfThere(adapterDigest);
  const label = plan.steps[chosen.step]?.label ?? '';
  const tuned = adapterFolder === undefined ? undefined : await withAdapter('tuned', adapterFolder);
  const main: Voice | undefined =
    output.kind === 'lora adapter'
      ? tuned
      : { name: 'tuned', weights: folder, baseDigest: output.digest, adapter: null, tokenizer };
  if (main === undefined) {
    throw new PipelineError('output-missing', `the store no longer holds the weights that ${label} is for`, {
      hint: `make them again: \`${runCommand(plan)}\``,
    });
  }

  const checkpoints: CheckpointVoice[] = [];
  const set = await finder.folderIfThere(
    line.map((index) => finder.outputOfKind(index, 'checkpoint set')).find((found) => found !== undefined),
  );
  for (const entry of set === undefined ? [] : await readCheckpoints(set)) {
    const voice = await withAdapter(`step ${entry.step}`, join(required(set), entry.folder));
    if (voice !== undefined) checkpoints.push({ ...voice, step: entry.step, evalLoss: entry.evalLoss });
  }
  const first = tuned ?? checkpoints[0];
  return {
    main,
    tuned,
    base: first === undefined ? undefined : { ...first, name: 'base', adapter: null },
    checkpoints,
    made: { label, run: manifest.made.run, stale: stale === true },
    environment: line
      .map((index) => plan.steps[index]?.implementation)
      .find((implementation) => implementation?.type === 'python')?.environment,
  };
}

function chooseStep(plan: Plan, wanted: string | undefined): { step: number; output: string } {
  if (wanted !== undefined) {
    const [index = -1] = requireStepsAt(wanted, plan.steps);
    const output = spokenOutput(plan.steps[index]);
    if (output !== undefined) return { step: index, output };
    throw new PipelineError('nothing-to-talk-to', `${wanted} makes nothing that could answer`, {
      hint: `steps that do: ${
        plan.steps
          .filter((step) => spokenOutput(step) !== undefined)
          .map(({ label }) => label)
          .join(', ') || 'none'
      }`,
    });
  }
  for (const kind of ['merged model', 'lora adapter']) {
    const shown = plan.outputs.find(
      ({ step, output }) => plan.steps[step]?.definition.outputs[output]?.kind === kind,
    );
    if (shown !== undefined) return shown;
    const last = plan.steps.findLastIndex((step) => outputOf(step, kind) !== undefined);
    if (last >= 0) return { step: last, output: required(outputOf(plan.steps[last], kind)) };
  }
  throw new PipelineError(
    'nothing-to-talk-to',
    `${plan.pipeline} trains nothing: none of its steps makes an adapter or a merged model`,
  );
}

function spokenOutput(step: PlannedStep | undefined): string | undefined {
  return spoken.map((kind) => outputOf(step, kind)).find((output) => output !== undefined);
}

function outputOf(step: PlannedStep | undefined, kind: string): string | undefined {
  return Object.entries(step?.definition.outputs ?? {}).find(([, made]) => made.kind === kind)?.[0];
}

function nothingYet(plan: Plan, step: PlannedStep | undefined): PipelineError {
  const name = plan.configuration === 'default' ? plan.pipeline : `${plan.pipeline} (${plan.configuration})`;
  return new PipelineError(
    'nothing-trained',
    `${name} was not trained yet: the store has no result of ${step?.label ?? 'it'}`,
    { hint: `train it first: \`${runCommand(plan)}\`` },
  );
}

function runCommand({ pipeline, configuration }: Plan): string {
  return `temper run ${pipeline}${configuration === 'default' ? '' : ` -c ${configuration}`}`;
}

/** A step and all that lead to it, nearest first. */
function upstream(plan: Plan, step: number): readonly number[] {
  const seen = [step];
  for (const index of seen) {
    for (const wire of plan.steps[index]?.wires ?? []) if (!seen.includes(wire.step)) seen.push(wire.step);
  }
  return seen;
}

interface Finder {
  /** The artifact that a step's result was made from. */
  inputOfKind(step: number, kind: string): string | undefined;
  outputOfKind(step: number, kind: string): string | undefined;
  folderIfThere(digest: string | undefined): Promise<string | undefined>;
  folder(digest: string | undefined, what: string): Promise<string>;
}

function createFinder(plan: Plan, standing: readonly Standing[], store: Store): Finder {
  const manifestOf = (step: number): Manifest | undefined => standing[step]?.stored?.manifest;
  const find = async (digest: string): Promise<StoredOutput | undefined> => {
    const among = ({ outputs }: Manifest): StoredOutput | undefined =>
      Object.values(outputs).find((output) => output.digest === digest);
    for (const { stored } of standing) {
      const found = stored === undefined ? undefined : among(stored.manifest);
      if (found !== undefined) return found;
    }
    // A result that is not the newest was made from artifacts that no step of the plan stands for any more.
    for await (const { manifest } of store.all()) {
      const found = among(manifest);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const folderIfThere: Finder['folderIfThere'] = async (digest) => {
    const output = digest === undefined ? undefined : await find(digest);
    return output === undefined ? undefined : store.materialise(output);
  };
  return {
    inputOfKind(step, kind) {
      const wire = plan.steps[step]?.wires.find(
        (candidate) => plan.steps[candidate.step]?.definition.outputs[candidate.output]?.kind === kind,
      );
      return wire === undefined ? undefined : manifestOf(step)?.ingredients.inputs[wire.input]?.[0];
    },
    outputOfKind: (step, kind) =>
      Object.values(manifestOf(step)?.outputs ?? {}).find((output) => output.kind === kind)?.digest,
    folderIfThere,
    async folder(digest, what) {
      const folder = await folderIfThere(digest);
      if (folder !== undefined) return folder;
      throw new PipelineError('output-missing', `the store no longer holds the ${what}`, {
        hint: `make it again: \`${runCommand(plan)}\``,
      });
    },
  };
}

async function baseOf(adapter: string): Promise<string> {
  const config = JSON.parse(await readFile(join(adapter, 'adapter_config.json'), 'utf8')) as {
    temper?: { base?: { digest?: string } };
  };
  return config.temper?.base?.digest ?? '';
}

async function readCheckpoints(
  folder: string,
): Promise<readonly { step: number; folder: string; evalLoss: number | null }[]> {
  const listed = JSON.parse(await readFile(join(folder, 'checkpoints.json'), 'utf8')) as {
    checkpoints: readonly { step: number; folder: string; evalLoss: number | null }[];
  };
  return listed.checkpoints;
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a result lacks what its stage declares');
  return value;
}
