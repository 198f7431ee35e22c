import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import type { JobRequest, JobResult } from '../job.ts';
import { jobFiles } from '../folder/names.ts';

/** The outputs cannot be believed; the message names what is wrong. */
export class OutputError extends Error {}

type Listed = JobResult['outputs'][number];

/** Counts the regular files of each declared output, and refuses everything else by name: no store could keep it. */
export function listOutputs(folder: string, outputs: JobRequest['outputs']): Listed[] {
  const listed = outputs.map((output) => listOutput(folder, output));
  const declared = outputs.map((output) => output.path);
  for (const name of readdirSync(join(folder, jobFiles.outputs)).sort()) {
    const path = `${jobFiles.outputs}/${name}`;
    if (!declared.includes(path)) {
      throw new OutputError(`the job wrote '${path}', which is none of its outputs (${declared.join(', ')})`);
    }
  }
  return listed;
}

function listOutput(folder: string, output: JobRequest['outputs'][number]): Listed {
  let files = 0;
  let bytes = 0;
  if (lstatSync(join(folder, output.path), { throwIfNoEntry: false })?.isFile() === true) {
    throw new OutputError(
      `the job made a file of its output '${output.name}' (${output.path}), which is a folder`,
    );
  }
  for (const [path, stat] of walk(join(folder, output.path))) {
    if (!stat.isFile()) {
      const name = relative(folder, path);
      throw new OutputError(`'${name}' is ${describe(stat)}; outputs are made of regular files`);
    }
    files++;
    bytes += stat.size;
  }
  if (files === 0) {
    throw new OutputError(
      `the job ended well but wrote nothing into its output '${output.name}' (${output.path}/)`,
    );
  }
  return { name: output.name, path: output.path, files, bytes };
}

function* walk(path: string): Generator<[string, Stats]> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    yield [path, stat];
    return;
  }
  for (const name of readdirSync(path).sort()) yield* walk(join(path, name));
}

function describe(stat: Stats): string {
  if (stat.isSymbolicLink()) return 'a symbolic link';
  if (stat.isFIFO()) return 'a FIFO';
  if (stat.isSocket()) return 'a socket';
  return 'a device';
}
