import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { execa } from 'execa';
import type { Backend, Ended, Handle, JobEvent } from '../../backend.ts';
import { assembleJobFolder } from '../../folder/assemble.ts';
import { jobFiles } from '../../folder/names.ts';
import type { JobRequest } from '../../job.ts';
import { thisOwner } from '../../process/identity.ts';
import { waitForJob } from '../../wait.ts';
import { livesFile, rigFolder, type Description, type Step } from './steps.ts';

export type Language = 'node' | 'python';

/** Where the rig's own files are; a bundle of this suite lies elsewhere than its source. */
const here = fileURLToPath(new URL('.', import.meta.url));

const codeFiles = { node: 'rig/run.mjs', python: 'rig/run.py' } as const;

/** A job whose every step the test holds in its hand. */
export class RigJob {
  readonly request: JobRequest;
  readonly folder: string;
  readonly handle: Handle;
  readonly #backend: Backend;
  #steps = 0;

  constructor(backend: Backend, request: JobRequest, folder: string, handle: Handle) {
    this.#backend = backend;
    this.request = request;
    this.folder = folder;
    this.handle = handle;
  }

  /** Tells the job what to do next, without waiting for it. */
  async tell(step: Step): Promise<string> {
    const folder = join(this.folder, jobFiles.temporary, rigFolder);
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${String(this.#steps)}.json`);
    await writeFile(`${file}.partial`, JSON.stringify(step));
    await rename(`${file}.partial`, file);
    return join(folder, `${String(this.#steps++)}.answer`);
  }

  /** Tells the job what to do, and waits for its answer. */
  async do(step: Step): Promise<unknown> {
    const answer = await this.tell(step);
    await until(async () => {
      if (existsSync(answer)) return true;
      if ((await this.#backend.status(this.handle)) !== 'ended') return false;
      throw new Error(
        `the job ended instead of answering: ${JSON.stringify(await this.#backend.collect(this.handle))}`,
      );
    });
    return JSON.parse(await readFile(answer, 'utf8'));
  }

  async describe(): Promise<Description> {
    return (await this.do({ do: 'describe' })) as Description;
  }

  /** Writes something into each output and ends well. */
  async succeed(): Promise<Ended> {
    for (const output of this.request.outputs)
      await this.do({ do: 'write', path: `${output.path}/made`, text: 'made' });
    return this.exit(0);
  }

  async exit(code: number): Promise<Ended> {
    await this.tell({ do: 'exit', code });
    return this.ended();
  }

  /** Waits for the end as a runner does. */
  async ended(seen: { events?: JobEvent[]; out?: Uint8Array[]; err?: Uint8Array[] } = {}): Promise<Ended> {
    return waitForJob(this.#backend, this.handle, {
      signal: new AbortController().signal,
      graceSeconds: this.request.graceSeconds,
      onEvent: (event) => seen.events?.push(event),
      onLog: (stream, bytes) => seen[stream]?.push(bytes),
    });
  }

  /** How often the job's first line ran. */
  lives(): number {
    const lines = this.read(join(jobFiles.temporary, rigFolder, livesFile)) ?? '';
    return lines.split('\n').length - 1;
  }

  /** A file of the job's folder as text, or undefined. */
  read(name: string): string | undefined {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }
}

/** Makes jobs for one backend, and ends what is left of them. */
export class Rig {
  readonly backend: Backend;
  readonly language: Language;
  readonly jobs: string;
  readonly #code: string;
  readonly #launcherPid: (handle: Handle) => Promise<number>;
  readonly #made: RigJob[] = [];
  #count = 0;

  constructor(
    backend: Backend,
    language: Language,
    jobs: string,
    code: string,
    launcherPid: (handle: Handle) => Promise<number>,
  ) {
    this.#launcherPid = launcherPid;
    this.backend = backend;
    this.language = language;
    this.jobs = jobs;
    this.#code = code;
  }

  /** Makes the folder of a job that is ready to be submitted. The name is awkward on purpose. */
  async prepare(overrides: Partial<JobRequest> = {}): Promise<{ request: JobRequest; folder: string }> {
    const folder = join(this.jobs, `it's “$${String(++this.#count)}” 作业`, 'job');
    const request: JobRequest = {
      v: 1,
      jobId: `rig-${String(process.pid)}-${String(this.#count)}`,
      attempt: 1,
      fingerprint: 'f'.repeat(64),
      label: 'rig',
      owner: await thisOwner(),
      run: '1',
      entry: `code/${codeFiles[this.language]}`,
      stageFolder: 'code/rig',
      roots: [],
      python: this.language === 'python' ? { name: 'rig', digest: 'rig' } : null,
      params: {},
      inputs: [],
      externals: [],
      outputs: [{ name: 'thing', kind: 'thing', path: 'out/thing' }],
      resources: { gpus: 0, memory: null, seconds: null },
      network: 'none',
      checkpoint: { path: 'checkpoint', resume: true },
      graceSeconds: 30,
      heartbeatSeconds: 1,
      environment: {},
      secretNames: [],
      ...overrides,
    };
    await this.assemble(request, folder);
    return { request, folder };
  }

  async assemble(request: JobRequest, folder: string): Promise<void> {
    const bytes = Buffer.from(this.#code);
    await assembleJobFolder(folder, request, {
      files: [{ path: codeFiles[this.language], bytes, executable: false }],
    });
  }

  async submit(request: JobRequest, folder: string): Promise<RigJob> {
    const handle = await this.backend.submit(request, folder);
    return this.adopt(request, folder, handle);
  }

  adopt(request: JobRequest, folder: string, handle: Handle): RigJob {
    const job = new RigJob(this.backend, request, folder, handle);
    this.#made.push(job);
    return job;
  }

  async start(overrides: Partial<JobRequest> = {}): Promise<RigJob> {
    const { request, folder } = await this.prepare(overrides);
    return this.submit(request, folder);
  }

  /** A further attempt at the same step, in the same folder. */
  async again(job: RigJob): Promise<RigJob> {
    const request = { ...job.request, attempt: job.request.attempt + 1 };
    await this.assemble(request, job.folder);
    return this.submit(request, job.folder);
  }

  /** The process number, on this machine, of a job's launcher. */
  launcherOf(job: RigJob): Promise<number> {
    return this.#launcherPid(job.handle);
  }

  async dispose(): Promise<void> {
    for (const { handle } of this.#made) {
      await this.backend.cancel(handle, { graceSeconds: 0 });
      await until(async () => (await this.backend.status(handle)) === 'ended');
      await this.backend.dispose(handle);
    }
    await rm(this.jobs, { recursive: true, force: true });
  }
}

/** Whether a process of this machine, in whatever namespace, has this text among its arguments. */
export async function isMarkAlive(mark: string): Promise<boolean> {
  const { stdout } = await execa('ps', ['-ww', '-A', '-o', 'stat=,args='], { maxBuffer: 2 ** 26 });
  return stdout.split('\n').some((line) => line.includes(mark) && !line.startsWith('Z'));
}

/** The code of the rig's job, as it goes into a job's folder. */
export async function rigCode(language: Language): Promise<string> {
  if (language === 'python') return readFile(join(here, 'job.py'), 'utf8');
  const { outputFiles } = await build({
    entryPoints: [join(here, 'node.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  return outputFiles[0]?.text ?? '';
}

/** Waits for a condition to come true; the test's own time limit bounds it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(10);
}
