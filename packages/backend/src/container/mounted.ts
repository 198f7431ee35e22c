import { readFile, readlink, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Surroundings } from './arguments.ts';
import { createAsker } from './ask.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './error.ts';
import { hasImage } from './image.ts';

/**
 * The environment of this machine, mounted read-only into a thin image: nothing to build and nothing to download, where
 * the image's C library is no older than the machine's. The environment is seen at its own place, because a virtual
 * environment knows its path, and so is the installation of Python that it was made from.
 */
export async function mountEnvironment(options: {
  readonly engine: Engine;
  readonly image: string;
  /** The environment's interpreter, absolute. */
  readonly python: string;
  readonly launcher: string;
  readonly environment: NodeJS.ProcessEnv;
}): Promise<Surroundings> {
  const { engine, image, python, launcher } = options;
  if (!(await hasImage(createAsker(engine, options.environment), image))) {
    throw new EngineError(
      'image-missing',
      `there is no image ${image} in ${engine.kind}`,
      `\`${engine.kind} pull\` or \`${engine.kind} load\` it, or name another with \`container.base\` or TEMPER_CONTAINER_BASE`,
    );
  }
  const environment = dirname(dirname(python));
  const settings = await readFile(join(environment, 'pyvenv.cfg'), 'utf8');
  const home = /^home\s*=\s*(.+)$/m.exec(settings)?.[1]?.trim() ?? '/usr/bin';
  const target = await readlink(python).then((path) => resolve(dirname(python), path));
  const programs = [home, dirname(target), dirname(await realpath(python))];
  // The machine's own Python is part of the machine: then the image has to have it in the same place.
  const installations = programs.map((folder) => dirname(folder)).filter((prefix) => prefix !== '/usr');
  const folders = [...new Set([environment, ...installations])];
  return {
    image,
    python,
    launcher: '/opt/temper/launcher.py',
    mounts: [
      ...folders.map((folder) => ({ from: folder, to: folder })),
      { from: launcher, to: '/opt/temper/launcher.py' },
    ],
  };
}
