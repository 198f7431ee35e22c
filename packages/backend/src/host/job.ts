import { mkdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HubPin, InputDataset, Job, OutputDataset } from '@temper/pipeline/job';
import { jobFiles } from '../folder/names.ts';
import type { JobRequest } from '../job.ts';
import type { EventLog } from './events.ts';
import { interruption } from './interruption.ts';
import { readRows, rowsFile, writeRows } from './rows.ts';

/** The job as its stage sees it: a view of the request and of the folder around it. */
export function createJob(folder: string, request: JobRequest, events: EventLog): Job {
  return {
    params: request.params,
    inputs: createInputs(folder, request.inputs),
    outputs: Object.fromEntries(request.outputs.map((output) => [output.name, createOutput(folder, output)])),
    external: (path) => externalPath(folder, request, path),
    hubPin: request.externals.find((external) => external.type === 'hub')?.pin as HubPin | undefined,
    file: (path) => join(folder, request.stageFolder, path),
    checkpointFolder: made(join(folder, request.checkpoint.path)),
    temporaryFolder: join(folder, jobFiles.temporary),
    get signal() {
      return interruption();
    },
    environment: listedVariables(request),
    progress: (step, of, metrics) => events.progress(step, of, metrics),
    phase: (name) => events.append('phase', { name }),
    retrying: (cause, seconds, next) => events.append('retrying', { cause, seconds, next }),
    warning: (code, message) => events.append('warning', { code, message }),
  } as Job;
}

type Input = JobRequest['inputs'][number];

function createInputs(folder: string, inputs: readonly Input[]): Record<string, unknown> {
  const byName: Record<string, unknown> = {};
  for (const input of inputs) {
    const view = createInput(folder, input);
    if (input.many) byName[input.name] = [...((byName[input.name] as unknown[] | undefined) ?? []), view];
    else byName[input.name] = view;
  }
  return byName;
}

function createInput(folder: string, input: Input): InputDataset<unknown> {
  const path = join(folder, input.path);
  const text = (file: string): Promise<string> => readFile(join(path, file), 'utf8');
  return {
    path,
    kind: input.kind,
    digest: input.digest,
    text,
    json: async <Shape>(file: string) => JSON.parse(await text(file)) as Shape,
    rows: () => readRows(join(path, rowsFile)),
  };
}

function createOutput(folder: string, output: JobRequest['outputs'][number]): OutputDataset<string, unknown> {
  const path = made(join(folder, output.path));
  const write = async (file: string, content: string | Uint8Array): Promise<void> => {
    const target = join(path, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  };
  return {
    path,
    write,
    writeJson: (file, value) => write(file, `${JSON.stringify(value, null, 2)}\n`),
    written: () => ({ written: output.kind }),
    writeRows: async (rows) => {
      await writeRows(join(path, rowsFile), rows);
      return { written: output.kind };
    },
  };
}

function externalPath(folder: string, request: JobRequest, path: string): string {
  const pinned = request.externals.filter((external) => external.type !== 'hub');
  const found = pinned.find((external) => external.path === path);
  if (found !== undefined) return join(folder, found.at);
  const known = pinned.map((external) => `'${external.path}'`).join(', ') || 'none';
  throw new Error(`this job has no pinned file '${path}'; the pins of its stage name: ${known}`);
}

function listedVariables(request: JobRequest): Record<string, string> {
  const names = [...Object.keys(request.environment), ...request.secretNames];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function made(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
