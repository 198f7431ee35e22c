import { lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plan } from '@temper/plan';
import type { StoredOutput } from '@temper/store';
import type { StepIdentity } from './identity.ts';
import { stepsText } from './result-text.ts';
import { reuseOf, type RunResult, type StepReuse, type StepResult } from './result.ts';
import { seeAll, type Seen } from './seen.ts';

/**
 * A run that reused everything, with all that this depended on. While nothing of it has changed, the same command has
 * the same answer, and the command's start gives it without loading anything else.
 *
 * The steps and the places are not in it: they follow as text, since taking thousands of them apart as JSON costs more
 * than all that is asked of them.
 */
interface Remembered {
  readonly schema: 'temper.remembered/5';
  /** What the places, and everything below the folders, looked like. */
  readonly print: string;
  /** What the folders looked like that change when a result of one of these steps comes or goes. */
  readonly shards: { readonly names: readonly string[]; readonly print: string };
  /** What the results looked like, of which there are many more. */
  readonly results: string;
  /** Absolute paths of folders that steps read from outside. */
  readonly folders: readonly string[];
  /** Environment variables that the pipeline read, and those that choose language or places. */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly asked: readonly string[];
  /** Which build of the command answered. */
  readonly build: string;
  /** Absolute. */
  readonly storeLocation: string;
  readonly result: Omit<RunResult, 'steps'>;
  readonly reuse: StepReuse;
}

/** The answer of a run that reused everything. */
export interface Recalled extends Pick<Remembered, 'result' | 'reuse'> {
  /** Its steps in the form they have inside of a result. */
  readonly text: string;
  readonly steps: () => readonly StepResult[];
}

/**
 * Between the memory, its steps and the paths of its places, and between those: neither JSON nor a path holds it. To take
 * a text apart costs a fraction of what a list of as many texts in JSON does.
 */
const separator = '\0';

/** Where the memory of one command lies. Named by a cheap hash; the file repeats what was asked in full. */
function rememberedFile(index: string, asked: readonly string[]): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const character of JSON.stringify(asked)) {
    high = Math.imul(high ^ (character.codePointAt(0) ?? 0), 2654435761);
    low = Math.imul(low ^ (character.codePointAt(0) ?? 0), 1597334677);
  }
  const name = [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  return join(index, 'remembered', `${name}.json`);
}

/** The result of the last run of this command, if it reused everything and nothing that it depended on has changed. */
export function recall(
  index: string,
  asked: readonly string[],
  build: string,
  environment: NodeJS.ProcessEnv,
): Recalled | undefined {
  const file = rememberedFile(index, asked);
  let memory: Remembered;
  let text: string;
  let places: readonly string[];
  try {
    const [head = '', steps = '', ...paths] = readFileSync(file, 'utf8').split(separator);
    memory = JSON.parse(head) as Remembered;
    text = steps;
    places = paths;
  } catch {
    return undefined;
  }
  if ((memory.schema as string) !== 'temper.remembered/5') return undefined;
  if (memory.build !== build) return undefined;
  if (JSON.stringify(memory.asked) !== JSON.stringify(asked)) return undefined;
  for (const [name, value] of Object.entries(memory.environment))
    if ((environment[name] ?? null) !== value) return undefined;
  if (seePlaces(places, memory)?.print !== memory.print) return undefined;
  const steps = (): readonly StepResult[] => JSON.parse(text) as readonly StepResult[];
  const shards = seeShards(memory.shards.names, memory.storeLocation);
  if (shards?.print !== memory.shards.print) {
    // Something came or went near our results. Perhaps they are not concerned.
    if (seeResults(steps(), memory.storeLocation)?.print !== memory.results) return undefined;
    if (shards !== undefined && shards.settled < Date.now()) {
      try {
        write(file, { ...memory, shards: { ...memory.shards, print: shards.print } }, [text, ...places]);
      } catch {
        // Where nothing can be written, the longer look is taken each time.
      }
    }
  }
  const { result, reuse } = memory;
  return { result, reuse, text, steps };
}

/** Forgets all answers, so that every result is looked at again: for whoever has reason to doubt the store. */
export function forget(index: string): void {
  rmSync(join(index, 'remembered'), { recursive: true, force: true });
}

/** The links by which a path leads to what is read: whoever points one elsewhere changes what that is. */
function linksOf(path: string): readonly string[] {
  const links = [path];
  for (let at = path; lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true;) {
    at = resolve(dirname(at), readlinkSync(at));
    links.push(at);
  }
  return links;
}

/** Writes the memory of a run that reused every step. */
export function remember(
  index: string,
  asked: readonly string[],
  run: {
    readonly build: string;
    readonly plan: Plan;
    readonly identities: readonly StepIdentity[];
    readonly result: RunResult;
    readonly workspace: string;
    readonly storeLocation: string;
    /** Milliseconds since 1970 when the run began, before it read anything. */
    readonly began: number;
    /** Every artifact that was reused. */
    readonly artifacts: readonly StoredOutput[];
  },
): void {
  const { plan, workspace, storeLocation } = run;
  const folders = new Set<string>();
  const paths = new Set<string>([...plan.reads.files, join(workspace, 'package-lock.json')]);
  for (const identity of run.identities) {
    for (const { path } of identity.code.files) paths.add(resolve(workspace, path));
    for (const { path } of identity.code.content) {
      paths.add(resolve(workspace, path));
      // A module that appears beside another can be imported in the place of a third.
      if (identity.code.language === 'python') paths.add(dirname(resolve(workspace, path)));
    }
    for (const kind of Object.values(identity.kinds))
      for (const { path } of kind.files) paths.add(resolve(workspace, path));
    if (identity.environment !== null) paths.add(identity.environment.lock);
    // What could not be resolved yet has no result that was reused.
    if (identity.externals === undefined) return;
    for (const { pin, source } of identity.externals) {
      if (source === undefined) continue;
      if (pin.type === 'file' || pin.type === 'folder')
        for (const link of linksOf(join(workspace, pin.path))) paths.add(link);
      paths.add(source);
      if (pin.type === 'folder') folders.add(source);
    }
  }
  // The folder of the links, since what this run did not confirm must not be found there. A link cannot be written to,
  // only replaced, which changes its folder.
  for (const { path } of Object.values(run.result.outputs)) paths.add(dirname(join(workspace, path)));
  for (const output of run.artifacts) for (const path of placesOf(output, storeLocation)) paths.add(path);

  const { steps, ...result } = run.result;
  const shards = [...new Set(steps.map(({ fingerprint }) => fingerprint?.slice(0, 2) ?? ''))];
  const seen = [
    seePlaces(paths, { folders: [...folders], storeLocation }),
    seeShards(shards, storeLocation),
    seeResults(steps, storeLocation),
  ];
  // What changed after the run began, or close before, is perhaps not what it read.
  const [places, ofShards, ofResults] = seen.map((one) =>
    one !== undefined && one.settled <= run.began ? one.print : undefined,
  );
  if (places === undefined || ofShards === undefined || ofResults === undefined) return;
  const memory: Remembered = {
    schema: 'temper.remembered/5',
    print: places,
    shards: { names: shards, print: ofShards },
    results: ofResults,
    folders: [...folders],
    environment: plan.reads.environment,
    asked,
    build: run.build,
    storeLocation,
    result,
    reuse: reuseOf(steps),
  };
  write(rememberedFile(index, asked), memory, [stepsText(steps), ...paths]);
}

function write(file: string, memory: Remembered, texts: readonly string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${String(process.pid)}`;
  writeFileSync(temporary, [JSON.stringify(memory), ...texts].join(separator));
  renameSync(temporary, file);
}

/** What is in the store is named from there, which is most of it. */
function seePlaces(
  places: Iterable<string>,
  { folders, storeLocation }: Pick<Remembered, 'folders' | 'storeLocation'>,
): Seen | undefined {
  return seeAll(places, folders, `${storeLocation}/`);
}

function seeShards(names: readonly string[], storeLocation: string): Seen | undefined {
  return seeAll(names, [], `${storeLocation}/manifests/`);
}

/** The results of steps: newer ones would count instead of those that were used. */
function seeResults(steps: readonly StepResult[], storeLocation: string): Seen | undefined {
  return seeAll(
    [],
    steps.flatMap(({ fingerprint }) =>
      fingerprint === null ? [] : join(storeLocation, 'manifests', fingerprint.slice(0, 2), fingerprint),
    ),
  );
}

/** Files and folders of an artifact's tree, and the blobs of those files that are copies of theirs; from the store on. */
function* placesOf(output: StoredOutput, storeLocation: string): Iterable<string> {
  const tree = join('trees', output.digest);
  yield tree;
  for (const { path, sha256 } of output.files) {
    const file = join(tree, path);
    yield file;
    for (let folder = dirname(file); folder !== tree; folder = dirname(folder)) yield folder;
    if ((lstatSync(join(storeLocation, file), { throwIfNoEntry: false })?.nlink ?? 0) < 2)
      yield join('blobs', 'sha256', sha256.slice(0, 2), sha256);
  }
}
