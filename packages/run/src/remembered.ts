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

/**
 * A run that reused everything, with all that this depended on. While nothing of it has changed, the same command has
 * the same answer, and the command's start gives it without loading anything else.
 */
export interface Remembered {
  readonly schema: 'temper.remembered/3';
  /** Milliseconds when the run began: what changed after that, or close to it, is not what the run read. */
  readonly at: number;
  /** Absolute path to `type:dev:ino:size:mtime:ctime` (ms), to `link:<target>`, or to `absent` where nothing may be. */
  readonly stats: Readonly<Record<string, string>>;
  /** Absolute path of a folder that a step reads from outside to {@link lookBelow}. */
  readonly folders: Readonly<Record<string, string>>;
  /** Environment variables that the pipeline read, and those that choose language or places. */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly asked: readonly string[];
  /** Which build of the command answered. */
  readonly build: string;
  readonly result: RunResult;
}

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
  try {
    remembered = JSON.parse(readFileSync(rememberedFile(index, asked), 'utf8')) as Remembered;
  } catch {
    return undefined;
  }
  if ((remembered.schema as string) !== 'temper.remembered/3') return undefined;
  if (remembered.build !== build) return undefined;
  if (JSON.stringify(remembered.asked) !== JSON.stringify(asked)) return undefined;
  for (const [name, value] of Object.entries(remembered.environment))
    if ((environment[name] ?? null) !== value) return undefined;
  for (const [path, known] of Object.entries(remembered.stats)) {
    if (look(path) !== known || isRacy(known, remembered.at)) return undefined;
  }
  for (const [folder, known] of Object.entries(remembered.folders))
    if (isRacy(known, remembered.at) || lookBelow(folder) !== known) return undefined;
  return remembered.result;
}

/** Whether a file changed after the run began, or so close before that a second change in the same tick could hide. */
function isRacy(known: string, at: number): boolean {
  if (known === 'absent' || known.startsWith('link:')) return false;
  const changed = Number(known.slice(known.lastIndexOf(':') + 1));
  // File systems without fractions of a second stamp by up to two of them.
  return changed > at - (changed % 1000 === 0 ? 2000 : 20);
}

/**
 * What a file looks like from outside; the same text as long as nobody touched it. Times in milliseconds with what
 * fractions a double has are fine enough, since nothing is believed that changed within the last twenty of them.
 */
function look(path: string): string {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'absent';
    if (stat.isSymbolicLink()) return `link:${readlinkSync(path)}`;
    const { dev, ino, size, mtimeMs, ctimeMs } = stat;
    return `${stat.isFile() ? 'f' : 'd'}:${String(dev)}:${String(ino)}:${String(size)}:${String(mtimeMs)}:${String(ctimeMs)}`;
  } catch {
    return 'absent';
  }
}

const bits = new Float64Array(1);
const halves = new Int32Array(bits.buffer);

/**
 * What everything below a folder looks like, in one short text however many files there are: their number, a hash of
 * what {@link look} tells of each, and the newest change. Undefined where links lead somewhere else, or nothing is there.
 */
function lookBelow(folder: string): string | undefined {
  let [high, low, count, newest] = [0, 0, 0, 0];
  const mix = (value: number): void => {
    bits[0] = value;
    high = Math.imul(high ^ (halves[0] ?? 0), 0x9e3779b1) ^ (low >>> 15);
    low = Math.imul(low ^ (halves[1] ?? 0), 0x85ebca6b) ^ (high >>> 13);
  };
  try {
    const pending = [folder];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) return undefined;
      count += 1;
      newest = Math.max(newest, stat.ctimeMs);
      for (const value of [stat.dev, stat.ino, stat.mode, stat.size, stat.mtimeMs, stat.ctimeMs]) mix(value);
      // A renamed file changes the folder that holds it, so names need no look of their own.
      if (stat.isDirectory()) for (const name of readdirSync(path)) pending.push(`${path}/${name}`);
    }
  } catch {
    return undefined;
  }
  return `below:${String(count)}:${String(high)}:${String(low)}:${String(newest)}`;
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
  const folders = new Map<string, string>();
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
      if (pin.type !== 'folder') continue;
      const below = lookBelow(source);
      if (below === undefined) return;
      folders.set(source, below);
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

  const remembered: Remembered = {
    schema: 'temper.remembered/3',
    at: run.began,
    stats: Object.fromEntries([...paths].map((path) => [path, look(path)])),
    folders: Object.fromEntries(folders),
    environment: plan.reads.environment,
    asked,
    build: run.build,
    result: run.result,
  };
  const file = rememberedFile(index, asked);
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${String(process.pid)}`;
  writeFileSync(temporary, JSON.stringify(remembered));
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
