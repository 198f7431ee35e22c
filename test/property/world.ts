/**
 * The real planner, runner and store over a folder of tiny stages, with a backend that does each job at once in this
 * process. It notes what every job really read, so that a test can hold the keys in the store against it.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JobRequest } from '@temper/backend';
import { artifactDigest, createStatCache, sha256, type Digest, type Ingredients } from '@temper/fingerprint';
import type { Plan } from '@temper/plan';
import { planAgainstStore, runPlan, type Finished, type Planned } from '@temper/run';
import { createLocalStore, type Manifest } from '@temper/store';
import { atOnce } from '../rig/at-once.ts';
import { compute, isFailing, type Flags, type ModelStep } from './model.ts';

/** What a job found in its folder. */
interface Read {
  readonly fingerprint: string;
  readonly inputs: readonly Digest[];
  readonly outside: readonly Digest[];
}

export interface World {
  /** Writes the sources and the files from outside of these steps. */
  write(steps: readonly ModelStep[]): void;
  writeOutside(step: number, content: number, note?: string): void;
  /** Adds a comment to the code of a step, and white space. */
  reformat(step: number): void;
  plan(steps: readonly ModelStep[], flags: Flags): Promise<Planned>;
  run(steps: readonly ModelStep[], flags: Flags, whileAtWork?: (step: number) => void): Promise<Finished>;
  /** What the outputs of each step hold, by their names. */
  contentOf(finished: Finished): readonly Readonly<Record<string, string>>[];
  /** Spoils the blob with this content, in one of several ways. */
  spoil(text: string, way: number): void;
  removeTrees(): void;
  /** Results whose key does not say what their job read. */
  liars(): Promise<readonly string[]>;
  dispose(): void;
}

/** In memory where the machine has a place for that: the store flushes every file, and there are thousands. */
const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export async function createWorld(): Promise<World> {
  const root = await mkdtemp(join(folder, 'temper-property-'));
  const workspace = join(root, 'workspace');
  const store = createLocalStore(join(root, 'store'));
  const readings: Read[] = [];
  let executions = 0;
  let edits = 0;
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'package.json'), '{"type":"module"}');
  writeFileSync(join(workspace, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}');

  const stageFile = (step: number): string => join(workspace, `stage-${String(step)}.ts`);
  const kindFile = (step: number): string => join(workspace, `kind-${String(step)}.ts`);
  const outsideFile = (step: number): string => join(workspace, `outside-${String(step)}.txt`);

  const planOf = (steps: readonly ModelStep[]): Plan => {
    const plan = {
      pipeline: 'random',
      configuration: 'default',
      settings: {},
      outputs: steps.map(({ outputs }, step) => ({ name: `of-${String(step)}`, step, output: outputs[0] })),
      reads: { files: [], environment: {} },
      steps: steps.map((step, index) => ({
        label: step.label,
        stage: step.label,
        variable: undefined,
        aliases: [],
        where: undefined,
        definition: {
          name: step.label,
          url: pathToFileURL(stageFile(index)).href,
          version: step.version,
          inputs: { in: { type: 'many' } },
          outputs: Object.fromEntries(
            step.outputs.map((name) => [name, { kind: 'number', url: pathToFileURL(kindFile(index)).href }]),
          ),
        },
        params: { value: step.param },
        origins: new Map(),
        wires: step.reads.map(({ step: from, output }) => ({ input: 'in', step: from, output })),
        implementation: { type: 'host', entry: `./stage-${String(index)}.ts`, files: [], network: false },
        entry: stageFile(index),
        pins: step.outside === undefined ? [] : [{ type: 'file', path: `outside-${String(index)}.txt` }],
        needs: {},
      })),
    };
    return plan as unknown as Plan;
  };

  /** Stats are read anew each time, as by a command of its own. */
  const planning = (flags: Flags) => ({
    ...flags,
    workspace,
    store,
    stats: createStatCache(join(workspace, '.temper', 'index', 'stats')),
    resolveHub: () => Promise.resolve(undefined),
  });

  /** Answers false for code that fails. */
  const work = (request: JobRequest, job: string, whileAtWork: (step: number) => void): boolean => {
    const step = Number(/stage-(\d+)/.exec(request.entry)?.[1]);
    const code = Number(/=(\d+)/.exec(readFileSync(join(job, request.entry), 'utf8'))?.[1]);
    const { value } = request.params as { value: number };
    const inputs = request.inputs.map(({ path }) => readFileSync(join(job, path, 'value'), 'utf8'));
    whileAtWork(step);
    const outside = request.externals.map((external) =>
      external.type === 'hub' ? '' : readFileSync(join(job, external.at), 'utf8'),
    );
    executions += 1;
    readings.push({
      fingerprint: request.fingerprint,
      inputs: inputs.map(artifactOf),
      outside: outside.map((text) => sha256(text)),
    });
    if (isFailing(code)) return false;
    const made = compute(
      {
        code,
        param: value,
        outputs: request.outputs.map(({ name }) => name),
        outside: outside[0] === undefined ? undefined : Number.parseInt(outside[0], 10),
      },
      inputs,
      executions,
    );
    for (const { name, path } of request.outputs) writeFileSync(join(job, path, 'value'), made[name] ?? '');
    return true;
  };

  const world: World = {
    write(steps) {
      for (const [index, step] of steps.entries()) {
        writeFileSync(stageFile(index), `export default ${String(step.code)};\n`);
        writeFileSync(kindFile(index), `export const kind = { kind: 'number', of: ${String(step.kind)} };\n`);
        if (step.outside !== undefined) world.writeOutside(index, step.outside);
      }
    },
    writeOutside(step, content, note = '') {
      writeFileSync(outsideFile(step), `${String(content)}${note}`);
    },
    reformat(step) {
      const text = readFileSync(stageFile(step), 'utf8');
      writeFileSync(
        stageFile(step),
        `// edit ${String((edits += 1))}\n${text.replace(' default ', '  default\n')}`,
      );
    },
    plan: (steps, flags) => planAgainstStore(planOf(steps), planning(flags)),
    run(steps, flags, whileAtWork = () => undefined) {
      return runPlan(planOf(steps), {
        ...planning(flags),
        ...atOnce((request, job) => work(request, job, whileAtWork)),
      });
    },
    contentOf: ({ result }) =>
      result.steps.map(({ outputs }) =>
        Object.fromEntries(
          Object.entries(outputs).map(([name, { path }]) => [
            name,
            readFileSync(join(workspace, path, 'value'), 'utf8'),
          ]),
        ),
      ),
    spoil(text, way) {
      const digest = sha256(text);
      const blob = join(root, 'store', 'blobs', 'sha256', digest.slice(0, 2), digest);
      const inPlace = (content: string): void => {
        writeFileSync(blob, content, { flag: 'r+' });
      };
      if (way === 0) rmSync(blob);
      // Of the same size, through every link to it.
      else if (way === 1) inPlace(`x${text.slice(1)}`);
      else {
        rmSync(blob);
        writeFileSync(blob, way === 2 ? '' : `${text} and more`);
      }
    },
    removeTrees() {
      rmSync(join(root, 'store', 'trees'), { recursive: true, force: true });
    },
    async liars() {
      const found: string[] = [];
      for await (const { manifest } of store.all()) {
        const isTrue = readings.some((read) => agrees(read, manifest));
        if (!isTrue) found.push(JSON.stringify(manifest.ingredients));
      }
      return found;
    },
    dispose: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
  return world;
}

function agrees(
  read: Read,
  { fingerprint, ingredients }: Pick<Manifest, 'fingerprint' | 'ingredients'>,
): boolean {
  const { inputs, externals }: Ingredients = ingredients;
  return (
    read.fingerprint === fingerprint &&
    read.inputs.join() === (inputs['in'] ?? []).join() &&
    read.outside.join() === Object.values(externals).join()
  );
}

/** The digest of an artifact that is a file `value` with this content. */
function artifactOf(text: string): Digest {
  const file = { path: 'value', executable: false, bytes: Buffer.byteLength(text), sha256: sha256(text) };
  return artifactDigest([file]);
}
