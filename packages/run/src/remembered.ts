import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plan } from '@temper/plan';
import type { StoredOutput } from '@temper/store';
import type { StepIdentity } from './identity.ts';
import type { RunResult } from './result.ts';
import { seeAll } from './seen.ts';

/**
 * A run that reused everything, with all that this depended on. While nothing of it has changed, the same command has
 * the same answer, and the command's start gives it without loading anything else.
 */
interface Remembered {
  readonly schema: 'temper.remembered/4';
  /** What the places, and everything below the folders, looked like. */
  readonly print: string;
  /** Absolute paths of folders that steps read from outside. */
  readonly folders: readonly string[];
  /** Environment variables that the pipeline read, and those that choose language or places. */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly asked: readonly string[];
  /** Which build of the command answered. */
  readonly build: string;
  readonly result: RunResult;
}

/**
 * Between the memory and the paths of its places, and between those: neither JSON nor a path holds it. To take a text
 * apart costs a fraction of what a list of as many texts in JSON does.
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
): RunResult | undefined {
  let remembered: Remembered;
  let places: readonly string[];
  try {
    const [memory = '', ...paths] = readFileSync(rememberedFile(index, asked), 'utf8').split(separator);
    remembered = JSON.parse(memory) as Remembered;
    places = paths;
  } catch {
    return undefined;
  }
  if ((remembered.schema as string) !== 'temper.remembered/4') return undefined;
  if (remembered.build !== build) return undefined;
  if (JSON.stringify(remembered.asked) !== JSON.stringify(asked)) return undefined;
  for (const [name, value] of Object.entries(remembered.environment))
    if ((environment[name] ?? null) !== value) return undefined;
  return seeAll(places, remembered.folders)?.print === remembered.print ? remembered.result : undefined;
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
  for (const step of run.result.steps) {
    if (step.fingerprint === null) continue;
    const folder = join(storeLocation, 'manifests', step.fingerprint.slice(0, 2), step.fingerprint);
    paths.add(folder);
    for (const name of readdirSync(folder)) paths.add(join(folder, name));
  }
  for (const output of run.artifacts) for (const path of placesOf(output, storeLocation)) paths.add(path);
  for (const { path } of Object.values(run.result.outputs)) {
    paths.add(join(workspace, path));
    // The folder itself, since what this run did not confirm must not be found there.
    paths.add(dirname(join(workspace, path)));
  }

  const seen = seeAll(paths, [...folders]);
  // What changed after the run began, or close before, is perhaps not what it read.
  if (seen === undefined || seen.settled > run.began) return;
  const remembered: Remembered = {
    schema: 'temper.remembered/4',
    print: seen.print,
    folders: [...folders],
    environment: plan.reads.environment,
    asked,
    build: run.build,
    result: run.result,
  };
  const file = rememberedFile(index, asked);
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${String(process.pid)}`;
  writeFileSync(temporary, [JSON.stringify(remembered), ...paths].join(separator));
  renameSync(temporary, file);
}

/** Files and folders of an artifact's tree, and the blobs of those files that are copies of theirs. */
function* placesOf(output: StoredOutput, storeLocation: string): Iterable<string> {
  const tree = join(storeLocation, 'trees', output.digest);
  yield tree;
  for (const { path, sha256 } of output.files) {
    const file = join(tree, path);
    yield file;
    for (let folder = dirname(file); folder !== tree; folder = dirname(folder)) yield folder;
    if ((lstatSync(file, { throwIfNoEntry: false })?.nlink ?? 0) < 2)
      yield join(storeLocation, 'blobs', 'sha256', sha256.slice(0, 2), sha256);
  }
}
