import { createHash } from 'node:crypto';
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { phaseOf } from '../environment/build.ts';
import { withoutCredentials } from '../environment/explain.ts';
import { findInterpreter } from '../environment/interpreter.ts';
import { releaseLock, takeLock } from '../environment/lock.ts';
import type { EnvironmentProgress, EnvironmentSpecification } from '../environment/manager.ts';
import { uvEnvironment } from '../environment/pip-settings.ts';
import { findPinnedUv } from '../environment/uv.ts';
import { uvPin } from '../environment/uv-pin.ts';
import type { Surroundings } from './arguments.ts';
import { createAsker, isAbsent, type Asker } from './ask.ts';
import { quietly, type Engine } from './engine.ts';
import { EngineError } from './error.ts';
import { explainBuild } from './explain-build.ts';
import { splitLock } from './layers.ts';

/** The files that an image is made from, absolute. */
export interface Recipe {
  readonly containerfile: string;
  readonly installer: string;
  readonly launcher: string;
}

export interface ImageOptions {
  readonly recipe: Recipe;
  /** What the image is built on, such as `docker.io/library/python:3.12-slim-bookworm`; best with its digest. */
  readonly base: string;
  /** Where images are pulled from before they are built, and pushed to; without it they stay on this machine. */
  readonly repository?: string | undefined;
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  onProgress(progress: EnvironmentProgress): void;
}

/** Builds the image of an environment, once, and finds it again by what it was made from. */
export interface ImageBuilder {
  /** The name that the image has, or will have. @throws EngineError `image-missing` without the base. */
  nameOf(engine: Engine, specification: EnvironmentSpecification): Promise<string>;
  isReady(engine: Engine, specification: EnvironmentSpecification): Promise<boolean>;
  /** @throws EngineError `image-missing`, `image-failed`, `no-space` */
  ensure(engine: Engine, specification: EnvironmentSpecification): Promise<Surroundings>;
  /** Sends an image to the repository that it is named after. */
  push(engine: Engine, name: string): Promise<void>;
}

export function createImageBuilder(options: ImageOptions): ImageBuilder {
  const { environment, recipe, base } = options;
  const asking = (engine: Engine): Asker => createAsker(engine, environment);

  const nameOf = async (engine: Engine, specification: EnvironmentSpecification): Promise<string> => {
    const digest = createHash('sha256');
    const files = await Promise.all(Object.values(recipe).map((path: string) => readFile(path)));
    for (const part of [
      await baseIdentity(asking(engine), base),
      specification.digest,
      uvPin.version,
      ...files,
    ])
      digest.update(part).update('\0');
    const repository = options.repository ?? `localhost/temper-${specification.name}`;
    return `${repository}:${digest.digest('hex').slice(0, 20)}`;
  };
  const has = (engine: Engine, name: string): Promise<boolean> => hasImage(asking(engine), name);

  const build = async (
    engine: Engine,
    specification: EnvironmentSpecification,
    name: string,
  ): Promise<void> => {
    const say = (phase: string): void => {
      options.onProgress({ name: specification.name, phase });
    };
    const log = join(options.home, 'images', `${name.split(':').at(-1) ?? ''}.log`);
    const context = await mkdtemp(join(tmpdir(), 'temper-image-'));
    try {
      const { heavy, rest } = await fillContext(context, specification, options);
      say(`building the image ${name} on ${base}; once, some minutes`);
      const started = performance.now();
      const args = [
        'build',
        '--network',
        'host',
        ...(engine.kind === 'docker' ? ['--progress', 'plain'] : []),
      ];
      const building = execa(
        engine.command,
        [
          ...args,
          ...['--build-arg', `BASE=${base}`, '--build-arg', `UV_VERSION=${uvPin.version}`],
          ...['--build-arg', `HEAVY=${heavy}`, '--build-arg', `REST=${rest}`],
          ...['--secret', `id=settings,src=${join(context, 'settings')}`],
          ...['--secret', `id=certificates,src=${join(context, 'certificates')}`],
          ...['--label', `temper.environment=${specification.digest}`],
          ...['--file', join(context, 'files', 'Containerfile'), '--tag', name, join(context, 'files')],
        ],
        { ...quietly({ ...environment, DOCKER_BUILDKIT: '1' }), all: true },
      );
      await writeFile(log, '');
      for await (const line of building.iterable({ from: 'all' })) {
        await appendFile(log, `${withoutCredentials(line)}\n`);
        // Docker puts the step and the seconds before what the installer says.
        const phase = phaseOf(line.replace(/^#\d+ [\d.]+ /, ''));
        if (phase !== undefined) say(phase);
      }
      const built = await building;
      if (built.failed) throw explainBuild(engine, base, withoutCredentials(built.all), log);
      say(`the image is ready after ${String(Math.round((performance.now() - started) / 1000))} s`);
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  };

  return {
    nameOf,
    isReady: async (engine, specification) => has(engine, await nameOf(engine, specification)),

    async ensure(engine, specification) {
      const name = await nameOf(engine, specification);
      const lock = join(options.home, 'images', `${name.split(':').at(-1) ?? ''}.lock`);
      await mkdir(join(options.home, 'images'), { recursive: true });
      for (let told = false; !(await has(engine, name)); told = true) {
        if (await takeLock(lock)) {
          try {
            const there = (await has(engine, name)) || (await pulled(asking(engine), name, options));
            if (!there) await build(engine, specification, name);
          } finally {
            await releaseLock(lock);
          }
          break;
        }
        if (!told)
          options.onProgress({ name: specification.name, phase: 'another run is building its image' });
        await pause(200);
      }
      return { image: name, python: '/opt/venv/bin/python', launcher: '/opt/temper/launcher.py', mounts: [] };
    },

    async push(engine, name) {
      await asking(engine).ask(['push', name]);
    },
  };
}

export async function hasImage(asker: Asker, name: string): Promise<boolean> {
  return asker.ask(['image', 'inspect', '--format', '{{.Id}}', name]).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );
}

/** What a base is, not what it is called: its digest where it is named by one, else the id of what is here. */
async function baseIdentity(asker: Asker, base: string): Promise<string> {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(base)?.[1];
  if (digest !== undefined) return digest;
  const identify = (): Promise<string> => asker.ask(['image', 'inspect', '--format', '{{.Id}}', base]);
  try {
    return (await identify()).replace(/^sha256:/, '');
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  try {
    await asker.ask(['pull', '--quiet', base]);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(
      error.reason === 'no-space' ? 'no-space' : 'image-missing',
      `the base image ${base} is not on this machine and could not be pulled: ${error.message}`,
      'name one that is there with `container.base` or TEMPER_CONTAINER_BASE, or `docker load` it',
    );
  }
  return (await identify()).replace(/^sha256:/, '');
}

/** Whether somebody has built it before, for all who share a repository. */
async function pulled(asker: Asker, name: string, { repository }: ImageOptions): Promise<boolean> {
  if (repository === undefined) return false;
  return asker.ask(['pull', '--quiet', name]).then(
    () => true,
    () => false,
  );
}

/**
 * The folder that is built, `files`, and beside it what a build may use and must not keep. Answers the digests of what
 * the two layers are made from.
 */
async function fillContext(
  context: string,
  specification: EnvironmentSpecification,
  { recipe, home, environment }: ImageOptions,
): Promise<{ readonly heavy: string; readonly rest: string }> {
  const files = join(context, 'files');
  await mkdir(join(files, 'uv'), { recursive: true });
  const { heavy, rest } = splitLock(await readFile(specification.lock, 'utf8'));
  await writeFile(join(files, 'heavy.txt'), heavy);
  await writeFile(join(files, 'rest.txt'), rest);
  const installer = await readFile(recipe.installer);
  const digestOf = (part: string): string =>
    createHash('sha256').update(installer).update(part).digest('hex');
  const digests = { heavy: digestOf(heavy), rest: digestOf(rest) };
  await copyFile(recipe.containerfile, join(files, 'Containerfile'));
  await copyFile(recipe.installer, join(files, 'install.sh'));
  await copyFile(recipe.launcher, join(files, 'launcher.py'));
  // The folder of the temporary files is ours alone, and what is copied of it should be everybody's to read.
  await writeFile(join(context, 'settings'), '', { mode: 0o600 });
  await writeFile(join(context, 'certificates'), '');
  const python = await findInterpreter(specification.python, environment).catch(() => undefined);
  if (python === undefined) return digests;
  const settings = await uvEnvironment(python, environment);
  if (process.platform === 'linux')
    await copyFile(await findPinnedUv(home, python, environment), join(files, 'uv', 'uv')).catch(
      () => undefined,
    );
  const { SSL_CERT_FILE: certificates } = settings;
  if (certificates !== undefined)
    await copyFile(certificates, join(context, 'certificates')).catch(() => undefined);
  const told = Object.entries(settings).filter(
    ([name]) => /^(?:UV_(?!FIND_LINKS|CACHE|PROJECT|PYTHON))/.test(name) || /_proxy$/i.test(name),
  );
  const lines = told.map(([name, value = '']) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
  await writeFile(join(context, 'settings'), lines.join(''), { mode: 0o600 });
  return digests;
}
