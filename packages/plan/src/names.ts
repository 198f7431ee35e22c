import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Place } from '@temper/pipeline';
import { contentDigest } from './bundle.ts';

/** A call in a source file whose result variables hold. */
export interface NamedCall {
  /** Of the callee's last name, from 1. */
  readonly line: number;
  readonly column: number;
  /** Columns of the callee. */
  readonly length: number;
  /** Variables in source order; the first one names the step, the others are aliases. */
  readonly variables: readonly string[];
  /** Where each property of the params argument stands: `training.learningRate` to a line and column. */
  readonly params: Readonly<Record<string, { readonly line: number; readonly column: number }>>;
}

/** Finds the variables that hold the results of calls. */
export type NameFinder = (places: readonly Place[]) => Promise<ReadonlyMap<string, NamedCall>>;

/** The key of a place in the finder's answer. */
export function placeKey(place: Place): string {
  return `${place.file}:${String(place.line)}:${String(place.column)}`;
}

/**
 * Reads variable names with ts-morph, in a child process that ends: ts-morph costs half a second and 100 MB. What it
 * found is kept by the content of each file, so that an unchanged file is never parsed again.
 *
 * @param options.script The built `names-child`.
 * @param options.cache A folder that may be deleted at any time.
 */
export function createNameFinder(options: {
  readonly workspace: string;
  readonly script: string;
  readonly cache: string;
}): NameFinder {
  return async (places) => {
    const found = new Map<string, NamedCall>();
    const files = [...new Set(places.map((place) => place.file))];
    const missing: { file: string; digest: string }[] = [];
    const add = (file: string, calls: readonly NamedCall[]): void => {
      for (const call of calls) found.set(`${file}:${String(call.line)}:${String(call.column)}`, call);
    };
    for (const file of files) {
      const digest = contentDigest(await readFile(resolve(options.workspace, file), 'utf8'));
      const kept = await readKept(join(options.cache, `${digest}.json`));
      if (kept === undefined) missing.push({ file, digest });
      else add(file, kept);
    }
    if (missing.length === 0) return found;
    const paths = missing.map(({ file }) => resolve(options.workspace, file));
    const { stdout } = await promisify(execFile)(process.execPath, [options.script, ...paths], {
      maxBuffer: 256 * 1024 * 1024,
    });
    const answers = JSON.parse(stdout) as NamedCall[][];
    for (const [index, { file, digest }] of missing.entries()) {
      const calls = answers[index] ?? [];
      add(file, calls);
      await keep(join(options.cache, `${digest}.json`), JSON.stringify(calls));
    }
    return found;
  };
}

/** Undefined also for what a power cut or somebody else left there: it is found again and replaced. */
async function readKept(path: string): Promise<readonly NamedCall[] | undefined> {
  try {
    const kept = JSON.parse(await readFile(path, 'utf8')) as unknown;
    return Array.isArray(kept) ? (kept as readonly NamedCall[]) : undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be kept, as where nothing may be written, is found again the next time. */
async function keep(path: string, text: string): Promise<void> {
  // Not by process alone: one command may plan several configurations of a file at once.
  const temporary = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
