import type { Asker } from './ask.ts';
import { isAbsent } from './ask.ts';
import { jobFolder } from './arguments.ts';

/** A container as its engine sees it. */
export interface Container {
  readonly id: string;
  readonly phase: 'created' | 'running' | 'ended';
  readonly exitCode: number;
  /** Docker says so; podman does not know. */
  readonly killedForMemory: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** The job's folder on this machine. */
  readonly folder: string | undefined;
  readonly createdAt: string;
}

/** Both engines answer with these; the rest they name differently. */
interface Inspected {
  readonly Id: string;
  readonly Created: string;
  readonly State: { readonly Status: string; readonly ExitCode: number; readonly OOMKilled?: boolean };
  readonly Config: { readonly Labels?: Readonly<Record<string, string>> | null };
  readonly Mounts?: readonly { readonly Source?: string; readonly Destination: string }[] | null;
}

/** @returns undefined when there is no container of that name or id. */
export async function inspectContainer(asker: Asker, name: string): Promise<Container | undefined> {
  try {
    return (await inspect(asker, [name]))[0];
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The containers of jobs, whosever they are, or those of one fingerprint. */
export async function listContainers(asker: Asker, fingerprint?: string): Promise<readonly Container[]> {
  const label = fingerprint === undefined ? 'temper.job' : `temper.fingerprint=${fingerprint}`;
  const text = await asker.ask(['ps', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`]);
  const ids = text.split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  try {
    return await inspect(asker, ids);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    // One of them went between the two questions.
    const left = await Promise.all(ids.map((id) => inspectContainer(asker, id)));
    return left.filter((each) => each !== undefined);
  }
}

async function inspect(asker: Asker, names: readonly string[]): Promise<readonly Container[]> {
  const text = await asker.ask(['inspect', '--type', 'container', ...names]);
  return (JSON.parse(text) as readonly Inspected[]).map((found) => ({
    id: found.Id,
    phase: phaseOf(found.State.Status),
    exitCode: found.State.ExitCode,
    killedForMemory: found.State.OOMKilled === true,
    labels: found.Config.Labels ?? {},
    folder: found.Mounts?.find(({ Destination }) => Destination === jobFolder)?.Source,
    createdAt: found.Created,
  }));
}

function phaseOf(status: string): Container['phase'] {
  switch (status) {
    case 'created':
    case 'configured':
    case 'initialized':
      return 'created';
    case 'exited':
    case 'stopped':
    case 'dead':
      return 'ended';
    default:
      // Paused, stopping, restarting, being removed: whatever it is, its processes may still be there.
      return 'running';
  }
}
