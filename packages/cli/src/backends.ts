import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  createContainerBackend,
  createEnvironmentManager,
  createHostBackend,
  createLocalBackend,
  EnvironmentError,
  findEngine,
  findInterpreter,
  type Backend,
  type EnvironmentManager,
  type EnvironmentSpecification,
} from '@temper/backend';
import { PipelineError } from '@temper/pipeline';
import { didYouMean, type Plan } from '@temper/plan';
import {
  identifyEnvironments,
  type EnvironmentIdentity,
  type EventListener,
  type WheelFetcher,
} from '@temper/run';
import { containerSettings, createContainers, memoryLimit, type Containers } from './container.ts';
import { wheelFetcher } from './outside.ts';
import { program } from './session.ts';
import type { Places } from './workspace.ts';

/** Where the steps of a run go, and what they need to be there first. */
export interface Backends {
  readonly host: Backend;
  readonly python: Backend;
  readonly environments: EnvironmentManager;
  readonly fetchWheel: WheelFetcher;
  /** The environments of a plan, by digest. */
  readonly specifications: readonly EnvironmentSpecification[];
  /** Set when Python steps run in containers. */
  readonly containers: Containers | undefined;
  /** The most memory that a job may take, in bytes; null for no limit. */
  readonly memory: number | null;
}

const known = ['local', 'container'];

/** @throws PipelineError for a backend that does not exist. */
export async function createBackends(options: {
  readonly plan: Plan;
  readonly places: Places;
  readonly environment: NodeJS.ProcessEnv;
  readonly name: string;
  readonly emit: EventListener;
}): Promise<Backends> {
  const { places, environment, name } = options;
  if (!known.includes(name)) {
    const { backend, backendAt } = options.plan.settings;
    throw new PipelineError('unknown-backend', `there is no backend \`${name}\``, {
      where: name === backend ? backendAt : undefined,
      hint: didYouMean(name, known) ?? `the backends are ${known.join(', ')}`,
    });
  }
  const jobs = join(places.store, 'work');
  const environments = createEnvironmentManager({
    home: places.home,
    environment,
    onProgress: ({ name: which, phase }) => {
      options.emit({ type: 'environment', name: which, phase });
    },
  });
  const specifications = [...(await identifyEnvironments(options.plan)).values()].map(specify);
  const specification = (digest: string): EnvironmentSpecification => {
    const found = specifications.find((each) => each.digest === digest);
    if (found === undefined)
      throw new EnvironmentError('environment-failed', `no environment of the plan has the digest ${digest}`);
    return found;
  };
  const settings = containerSettings(options.plan.settings.container, environment);
  const containers =
    name === 'container'
      ? createContainers({ settings, places, environment, environments, specification, emit: options.emit })
      : undefined;
  return {
    environments,
    specifications,
    containers,
    memory: containers === undefined ? null : memoryLimit(settings.memory),
    fetchWheel: wheelFetcher(
      places.home,
      async () => (await findInterpreter('>=3.10 <3.14', environment)).path,
    ),
    host: createHostBackend({
      launcher: program('host-launcher'),
      child: program('host-child'),
      jobs,
      environment,
    }),
    python:
      containers?.backend ??
      createLocalBackend({
        // A workspace without Python stages need not have the package.
        launcher: specifications.length === 0 ? '' : pythonLauncher(places.workspace),
        environments,
        jobs,
        environment,
        specification,
      }),
  };
}

/** What the manager of environments needs to know of one. */
export function specify({ declared, digest, lock }: EnvironmentIdentity): EnvironmentSpecification {
  return { name: declared.name, digest, lock, python: declared.python };
}

/** The launcher lies in the package that the workspace installed, not in the command's bundle. */
export function pythonLauncher(workspace: string): string {
  return createRequire(join(workspace, 'package.json')).resolve('@temper/trl-backend/launcher.py');
}

/** Every backend of this machine, to look for jobs in: nothing can be started by them. */
export function openBackends(places: Places, environment: NodeJS.ProcessEnv): readonly Backend[] {
  const jobs = join(places.store, 'work');
  const nothing = (): never => {
    throw new Error('jobs are looked at here, not started');
  };
  return [
    createHostBackend({ launcher: '', child: '', jobs, environment }),
    createLocalBackend({
      launcher: '',
      environments: { isReady: () => false, ensure: nothing },
      specification: nothing,
      jobs,
      environment,
    }),
    createContainerBackend({
      findEngine: () => findEngine(environment),
      surroundings: nothing,
      jobs,
      environment,
    }),
  ];
}
