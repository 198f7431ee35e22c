import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  createContainerBackend,
  createImageBuilder,
  findEngine,
  mountEnvironment,
  type Backend,
  type Engine,
  type EngineFacts,
  type EnvironmentManager,
  type EnvironmentSpecification,
  type ImageBuilder,
  type Surroundings,
} from '@temper/backend';
import { PipelineError } from '@temper/pipeline';
import { didYouMean, type ContainerSettings } from '@temper/plan';
import type { EventListener } from '@temper/run';
import type { Places } from './workspace.ts';

/** An image with glibc and a Python; CUDA's libraries come with the lock. Best replaced by one with its digest. */
const defaultBase = 'docker.io/library/python:3.12-slim-bookworm';

/** How Python steps run in containers on this machine. */
export interface Containers {
  readonly backend: Backend;
  readonly images: ImageBuilder;
  readonly environment: 'image' | 'mounted';
  findEngine(): Promise<{ readonly engine: Engine; readonly facts: EngineFacts }>;
  /** The image of an environment, built first where it is not there, or the machine's own environment mounted. */
  surroundings(engine: Engine, specification: EnvironmentSpecification): Promise<Surroundings>;
}

/** Settings of a configuration, over which the variables of a machine are laid. */
export function containerSettings(
  settings: ContainerSettings | undefined,
  environment: NodeJS.ProcessEnv,
): ContainerSettings & { readonly base: string; readonly environment: 'image' | 'mounted' } {
  const told = (name: string): string | undefined => {
    const value = environment[`TEMPER_CONTAINER_${name}`];
    // A variable is taken away for one command by setting it to nothing.
    return value === '' ? undefined : value;
  };
  const laid = {
    engine: told('ENGINE') ?? settings?.engine,
    base: told('BASE') ?? settings?.base ?? defaultBase,
    environment: told('ENVIRONMENT') ?? settings?.environment ?? 'image',
    repository: told('REPOSITORY') ?? settings?.repository,
    memory: told('MEMORY') ?? settings?.memory,
  };
  const ways = ['image', 'mounted'];
  if (!ways.includes(laid.environment)) {
    throw new PipelineError('wrong-option', `TEMPER_CONTAINER_ENVIRONMENT is \`${laid.environment}\``, {
      hint: didYouMean(laid.environment, ways) ?? `it takes ${ways.join(' or ')}`,
    });
  }
  const given = Object.entries(laid).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as ReturnType<typeof containerSettings>;
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** Bytes of a size such as `24 GiB`, `24g` or `25.8 GB`; null for none. */
export function memoryLimit(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = units[unit.toUpperCase().replace('IB', '')];
  if (number === undefined || factor === undefined || Number(number) === 0) {
    throw new PipelineError('wrong-option', `\`${text}\` is no size of memory for \`container.memory\``, {
      hint: 'write it as `24 GiB`',
    });
  }
  return Math.round(Number(number) * factor);
}

export function createContainers(options: {
  readonly settings: ReturnType<typeof containerSettings>;
  readonly places: Places;
  readonly environment: NodeJS.ProcessEnv;
  readonly environments: EnvironmentManager;
  readonly specification: (digest: string) => EnvironmentSpecification;
  readonly emit: EventListener;
}): Containers {
  const { settings, places, environment } = options;
  const file = (name: string): string =>
    createRequire(join(places.workspace, 'package.json')).resolve(`@temper/trl-backend/${name}`);
  const images = createImageBuilder({
    recipe: {
      containerfile: file('Containerfile'),
      installer: file('install.sh'),
      launcher: file('launcher.py'),
    },
    base: settings.base,
    repository: settings.repository,
    home: places.home,
    environment,
    onProgress: ({ name, phase }) => {
      options.emit({ type: 'environment', name, phase });
    },
  });
  const find = () => findEngine(environment, settings.engine);
  const surroundings: Containers['surroundings'] = async (engine, specification) => {
    if (settings.environment === 'image') return images.ensure(engine, specification);
    const { python } = await options.environments.ensure(specification);
    const launcher = file('launcher.py');
    return mountEnvironment({ engine, image: settings.base, python, launcher, environment });
  };
  return {
    images,
    environment: settings.environment,
    findEngine: find,
    surroundings,
    backend: createContainerBackend({
      findEngine: find,
      jobs: join(places.store, 'work'),
      environment,
      surroundings(request, { engine }) {
        if (request.python === null) throw new Error(`${request.label} is not a Python stage`);
        return surroundings(engine, options.specification(request.python.digest));
      },
    }),
  };
}
