import { availableParallelism, freemem, totalmem } from 'node:os';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EnvironmentError, findInterpreter } from '@temper/backend';
import { execa } from 'execa';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { listGpus } from '../gpus.ts';
import { createBackends } from '../backends.ts';
import { preflight } from '../preflight.ts';
import { bytes } from '../print/format.ts';
import { printFailure } from '../print/problem.ts';
import { table } from '../print/table.ts';
import { openSession, type PlanningFlags } from '../session.ts';

/** One thing that was looked at: what was found, what depends on it, and what mends it. */
interface Finding {
  readonly name: string;
  readonly state: 'good' | 'missing' | 'doubtful';
  readonly found: string;
  readonly neededFor: string;
  readonly mend?: string | undefined;
}

/** `temper doctor [P]`: what this machine offers and lacks; exit 5 when the pipeline that is asked for cannot run. */
export async function doctorCommand(pipeline: string | undefined, flags: PlanningFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places, environment } = session;
  const findings = await Promise.all([
    node(),
    python(environment),
    program('uv', ['--version'], 'building Python environments quickly', undefined, environment),
    machine(),
    disk(places.home),
    gpus(),
    program(
      'docker',
      ['version', '--format', '{{.Server.Version}}'],
      'running Python steps in containers',
      'start the engine, or install one',
      environment,
    ),
    program('podman', ['--version'], 'running Python steps in containers', undefined, environment),
  ]);
  const refusal = pipeline === undefined ? undefined : await refusalOf(pipeline, flags, session);
  if (flags.json === true) terminal.json({ schema: 'temper.doctor/1', findings, refusal: refusal ?? null });
  else {
    const marks = {
      good: terminal.colors.green('✓'),
      missing: terminal.colors.dim('-'),
      doubtful: terminal.colors.yellow('!'),
    };
    const rows = findings.map(({ name, state, found, neededFor }) => [
      `${marks[state]} ${name}`,
      found,
      terminal.colors.dim(neededFor),
    ]);
    for (const line of table(rows)) terminal.line(line);
    for (const { name, mend } of findings) if (mend !== undefined) terminal.line(`  ${name}: ${mend}`);
    if (refusal !== undefined)
      terminal.line(
        printFailure(refusal, {
          workspace: places.workspace,
          colors: terminal.colors,
          texts: terminal.texts,
        }),
      );
  }
  return refusal === undefined && findings[1].state === 'good' ? exitCode.done : exitCode.surroundings;
}

async function refusalOf(pipeline: string, flags: PlanningFlags, session: ReturnType<typeof openSession>) {
  const plan = await session.plan(pipeline, flags);
  const { places, environment } = session;
  const backends = await createBackends({
    plan,
    places,
    environment,
    name: plan.settings.backend ?? 'local',
    emit: () => undefined,
  });
  return preflight(plan, { session, backends });
}

function node(): Promise<Finding> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return Promise.resolve({
    name: 'Node',
    state: good ? 'good' : 'doubtful',
    found: process.versions.node,
    neededFor: 'everything',
    mend: good ? undefined : 'install Node 20.19 or newer',
  });
}

async function python(environment: NodeJS.ProcessEnv): Promise<Finding> {
  const common = { name: 'Python', neededFor: 'the steps that tokenize, train, evaluate and merge' };
  try {
    const { path, version } = await findInterpreter('>=3.10 <3.14', environment);
    return { ...common, state: 'good', found: `${version} (${path})` };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { ...common, state: 'missing', found: error.message, mend: error.hint };
  }
}

async function program(
  name: string,
  args: readonly string[],
  neededFor: string,
  mend: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Finding> {
  const asked = await execa(name, [...args], {
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  });
  if (!asked.failed)
    return { name, state: 'good', found: asked.stdout.trim().split('\n')[0] ?? '', neededFor };
  const absent = asked.code === 'ENOENT';
  return {
    name,
    state: absent ? 'missing' : 'doubtful',
    found: absent ? '-' : (asked.stderr.trim().split('\n').at(-1) ?? '-'),
    neededFor,
    mend: absent ? undefined : mend,
  };
}

function machine(): Promise<Finding> {
  return Promise.resolve({
    name: 'memory',
    state: freemem() > 2 * 2 ** 30 ? 'good' : 'doubtful',
    found: `${bytes(freemem())} of ${bytes(totalmem())} free, ${String(availableParallelism())} processors`,
    neededFor: 'jobs at once; the tiny model takes 1 GiB',
  });
}

async function disk(home: string): Promise<Finding> {
  const common = { name: 'disk', neededFor: 'the store, and 4.2 GB for the Python environment' };
  for (let folder = home; ; folder = dirname(folder)) {
    const stats = await statfs(folder).catch(() => undefined);
    if (stats === undefined && folder !== dirname(folder)) continue;
    const free = stats === undefined ? 0 : stats.bavail * stats.bsize;
    const good = free > 10 * 2 ** 30;
    return {
      ...common,
      state: good ? 'good' : 'doubtful',
      found: `${bytes(free)} free in ${home}`,
      mend: good ? undefined : '`temper gc` names what could go; TEMPER_HOME moves it',
    };
  }
}

async function gpus(): Promise<Finding> {
  const found = await listGpus();
  return {
    name: 'GPU',
    state: found.length > 0 ? 'good' : 'missing',
    found:
      found.length === 0
        ? 'none that nvidia-smi lists'
        : found.map(({ name, memory }) => `${name} (${bytes(memory)})`).join(', '),
    neededFor: 'training models of billions of parameters',
  };
}
