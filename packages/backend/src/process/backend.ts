import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Backend, Deviation, Handle, Problem, Status } from '../backend.ts';
import { writeDurably } from '../folder/durable.ts';
import { jobFiles } from '../folder/names.ts';
import { claimHandle, createHandle, earlierSubmission, readHandle, wasStarted } from '../handle.ts';
import type { JobRequest } from '../job.ts';
import { launcherEnvironment } from '../launcher-facts/environment.ts';
import { judge, readResult } from '../result.ts';
import { tailOfJob } from '../tail/of-job.ts';
import { spawnGated } from './gate.ts';
import { bootId, isAlive, ownerLives, processStart } from './identity.ts';
import { killLeftovers } from './leftovers.ts';
import { formatProcess, parseProcess } from './native-id.ts';

/** What a backend of plain processes differs by. */
export interface ProcessBackendOptions {
  readonly name: string;
  readonly deviations: readonly Deviation[];
  /** What starts the launcher of a job; may take its time, as when an environment is built first. */
  launcherCommand(request: JobRequest, folder: string): Promise<readonly string[]>;
  check(request: Pick<JobRequest, 'resources' | 'network'>): Promise<readonly Problem[]>;
  /** Where job folders lie, as `<jobs>/<fingerprint>/job`: what `list` looks through. */
  readonly jobs: string;
  /** The runner's own variables; secrets are taken from here and written nowhere. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Jobs as processes of this machine: each a launcher in a session of its own, which outlives the runner. */
export function createProcessBackend(options: ProcessBackendOptions): Backend {
  const status = async (handle: Handle): Promise<Status> => {
    if (handle.host !== hostname()) return 'unknown';
    if (handle.bootId !== (await bootId())) return 'ended';
    for (;;) {
      // In this order: a process that ended between the two looks has left its mark before the second.
      const alive = await isAlive(parseProcess(handle.nativeId));
      if (wasStarted(handle.folder)) return alive ? 'running' : 'ended';
      if (!alive) return 'ended';
      if ((await ownerLives(handle.owner)) !== false) return 'queued';
      // Its runner is dead, so the gate has the last word of it already and opens or gives up at once.
      await pause(5);
    }
  };

  return {
    name: options.name,
    deviations: options.deviations,
    check: (request) => options.check(request),

    async submit(request, folder) {
      const earlier = await earlierSubmission(folder, request, status);
      if (earlier !== undefined) return earlier;
      const command = await options.launcherCommand(request, folder);
      const gated = await spawnGated(
        folder,
        command,
        launcherEnvironment(options.environment, request.secretNames),
      );
      const start = await processStart(gated.pid);
      const nativeId = formatProcess({ pid: gated.pid, start: start ?? '' });
      const handle = await createHandle(request, { backend: options.name, folder, nativeId });
      const winner = await claimHandle(handle, request);
      if (winner !== undefined) {
        gated.abandon();
        return winner;
      }
      await gated.open();
      return handle;
    },

    status,
    ...tailOfJob,

    async cancel(handle, { graceSeconds }) {
      if ((await status(handle)) === 'ended') return;
      writeDurably(join(handle.folder, jobFiles.cancel), String(graceSeconds));
      // The launcher finds the file and knows by it that this was no accident.
      if (graceSeconds <= 0) await killLeftovers(handle.folder);
    },

    async collect(handle) {
      // A launcher that was killed could not end what it started.
      await killLeftovers(handle.folder);
      return judge(handle, await readResult(handle.folder));
    },

    async list(owner) {
      const handles: Handle[] = [];
      for (const name of await readdir(options.jobs).catch(() => [])) {
        const handle = await readHandle(join(options.jobs, name, 'job'));
        if (handle?.backend === options.name && (owner === undefined || handle.owner === owner))
          handles.push(handle);
      }
      return handles;
    },

    async dispose(handle) {
      if ((await status(handle)) !== 'ended') return;
      await killLeftovers(handle.folder);
      await rm(join(handle.folder, jobFiles.handle), { force: true });
    },
  };
}
