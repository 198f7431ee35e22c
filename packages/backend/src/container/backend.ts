import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, sep } from 'node:path';
import type { Backend, Ended, Handle, Status } from '../backend.ts';
import { writeDurably } from '../folder/durable.ts';
import { jobFiles } from '../folder/names.ts';
import { claimHandle, createHandle, discardHandle, earlierSubmission, readHandle } from '../handle.ts';
import type { JobRequest } from '../job.ts';
import { ownerLives } from '../process/identity.ts';
import { judge, lost, readResult } from '../result.ts';
import { tailOfJob } from '../tail/of-job.ts';
import { containerName, createArguments, type Surroundings } from './arguments.ts';
import { createAsker, isTaken, type Asker } from './ask.ts';
import { checkEngine } from './check.ts';
import { askEngine, type Engine, type EngineFacts } from './engine.ts';
import { EngineError } from './error.ts';
import { startContainer } from './start.ts';
import { inspectContainer, listContainers, type Container } from './state.ts';

export interface ContainerBackendOptions {
  /** Asked for when it is first needed: a run that reuses everything needs no engine. */
  findEngine(): Promise<{ readonly engine: Engine; readonly facts: EngineFacts }>;
  /** The image of a job, built first where it is not there. */
  surroundings(request: JobRequest, engine: { engine: Engine; facts: EngineFacts }): Promise<Surroundings>;
  /** Where job folders lie: containers of other folders are somebody else's. */
  readonly jobs: string;
  /** The runner's own variables; secrets are taken from here and written nowhere. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where CDI files are looked for; the standard's folders by default. */
  readonly cdiFolders?: readonly string[];
}

/** A running container without a result is asked after this often, in milliseconds: every question is a process. */
const askEvery = 1000;

/**
 * Jobs in containers of docker or podman, by their command lines. A container is made under a name that follows from the
 * job, then noted, then started: whoever dies on the way leaves something that the next runner finds and goes on with.
 */
export function createContainerBackend(options: ContainerBackendOptions): Backend {
  const { environment } = options;
  let found: ReturnType<ContainerBackendOptions['findEngine']> | undefined;
  const engineOf = () => (found ??= options.findEngine());
  const asking = async (): Promise<Asker> => createAsker((await engineOf()).engine, environment);
  const seenRunning = new Map<string, number>();

  const status = async (handle: Handle): Promise<Status> => {
    if (handle.host !== hostname()) return 'unknown';
    const seen = seenRunning.get(handle.nativeId);
    if (seen !== undefined && performance.now() - seen < askEvery && !hasResult(handle.folder))
      return 'running';
    seenRunning.delete(handle.nativeId);
    try {
      const container = await inspectContainer(await asking(), handle.nativeId);
      if (container === undefined || container.phase === 'ended') return 'ended';
      // Nobody will start what a dead runner only made; a further submission takes it over.
      if (container.phase === 'created')
        return (await ownerLives(handle.owner)) === false ? 'ended' : 'queued';
      seenRunning.set(handle.nativeId, performance.now());
      return 'running';
    } catch (error) {
      // An engine that is away has not taken the job with it.
      if (error instanceof EngineError) return 'unknown';
      throw error;
    }
  };

  /** Makes the container of a job, or finds the one that an earlier submission made. */
  const create = async (asker: Asker, request: JobRequest, folder: string): Promise<Container> => {
    const { engine, facts } = await engineOf();
    const surroundings = await options.surroundings(request, { engine, facts });
    await removeLeftovers(asker, request, folder);
    const args = createArguments(request, folder, surroundings, engine, facts, environment);
    await asker.ask(args).catch((error: unknown) => {
      if (!isTaken(error)) throw error;
    });
    const container = await inspectContainer(asker, containerName(request));
    if (container === undefined)
      throw new EngineError('engine-refused', 'the engine lost a container that it made');
    return container;
  };

  return {
    name: 'container',
    deviations: [],

    async check(request) {
      try {
        const { engine } = await engineOf();
        // Asked anew: between two runs of a long session the engine may have gone away.
        const facts = await askEngine(engine, environment);
        return await checkEngine(request, engine, facts, environment, options.cdiFolders);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        const { reason, message, hint } = error;
        return [{ reason, message, hint }];
      }
    },

    async submit(request, folder) {
      const earlier = await earlierSubmission(folder, request, status);
      if (earlier !== undefined) return earlier;
      const asker = await asking();
      const container = await create(asker, request, folder);
      const handle = await createHandle(request, { backend: 'container', folder, nativeId: container.id });
      const winner = await claimHandle(handle, request);
      if (winner !== undefined) return winner;
      if (container.phase === 'created') {
        try {
          await startContainer(asker, handle, request.secretNames, environment);
        } catch (error) {
          await asker.ask(['rm', '--force', container.id]).catch(() => undefined);
          await discardHandle(handle);
          throw error;
        }
      }
      return handle;
    },

    status,
    ...tailOfJob,

    async cancel(handle, { graceSeconds }) {
      if ((await status(handle)) === 'ended') return;
      // The launcher looks for it, asks the job, and kills what is left when the grace is over.
      writeDurably(join(handle.folder, jobFiles.cancel), String(graceSeconds));
      if (graceSeconds > 0) return;
      // For a launcher that does not look any more. One that does has ended long before these seconds are over.
      await (await asking()).ask(['stop', '-t', '5', handle.nativeId]).catch(() => undefined);
    },

    async collect(handle) {
      return judgeContainer(handle, await inspectContainer(await asking(), handle.nativeId));
    },

    async list(owner) {
      const containers = await listContainers(await asking());
      const ours = containers.filter(({ folder }) => folder?.startsWith(options.jobs + sep));
      const handles = await Promise.all(ours.map(handleOf));
      return handles.filter((handle) => owner === undefined || handle.owner === owner);
    },

    async dispose(handle) {
      if ((await status(handle)) !== 'ended') return;
      seenRunning.delete(handle.nativeId);
      const asker = await asking();
      if ((await inspectContainer(asker, handle.nativeId)) !== undefined)
        await asker.ask(['rm', '--force', '--volumes', handle.nativeId]);
      await rm(join(handle.folder, jobFiles.handle), { force: true });
    },
  };
}

/** What earlier attempts left in this folder: containers that have ended, or that nobody ever started. */
async function removeLeftovers(asker: Asker, request: JobRequest, folder: string): Promise<void> {
  for (const container of await listContainers(asker, request.fingerprint)) {
    const { labels, phase, id } = container;
    const ours =
      labels['temper.job'] === request.jobId && labels['temper.attempt'] === String(request.attempt);
    if (container.folder === folder && !ours && phase !== 'running') await asker.ask(['rm', '--force', id]);
  }
}

/** The handle that a runner noted, or, when it died before that, what the container's labels tell. */
async function handleOf(container: Container): Promise<Handle> {
  const { labels, id, createdAt, folder = '' } = container;
  const noted = await readHandle(folder);
  if (noted?.nativeId === id) return noted;
  const [host = '', boot = ''] = (labels['temper.owner'] ?? '').split(':');
  return {
    backend: 'container',
    jobId: labels['temper.job'] ?? '',
    attempt: Number(labels['temper.attempt']),
    folder,
    nativeId: id,
    submittedAt: createdAt,
    host,
    bootId: boot,
    owner: labels['temper.owner'] ?? '',
    run: labels['temper.run'] ?? '',
    label: labels['temper.label'] ?? '',
  };
}

/** The launcher's result, held against what the engine says of its end. */
async function judgeContainer(handle: Handle, container: Container | undefined): Promise<Ended> {
  const reading = await readResult(handle.folder);
  if (container?.phase !== 'ended') return judge(handle, reading);
  const native = `the engine says exit code ${container.exitCode}${container.killedForMemory ? ', killed for memory' : ''}`;
  if ('missing' in reading) {
    const ended = lost(handle, `${reading.missing}; ${native}`);
    if (!container.killedForMemory) return ended;
    return { ...ended, result: { ...ended.result, reason: 'out-of-memory' } };
  }
  const ended = await judge(handle, reading);
  if (ended.result.outcome !== 'succeeded' || container.exitCode === 0) return ended;
  const disagreement = `says that it succeeded with exit code ${String(ended.result.exitCode)}, and ${native}`;
  const result = { ...ended.result, outcome: 'failed', reason: 'code', message: disagreement } as const;
  return { result, disagreement };
}

function hasResult(folder: string): boolean {
  return existsSync(join(folder, jobFiles.result));
}
