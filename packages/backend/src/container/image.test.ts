import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as rig from '../../../../test/rig/engines/index.ts';
import type { EnvironmentSpecification } from '../environment/manager.ts';
import { findEngine, type Engine } from './engine.ts';
import { createImageBuilder, type ImageBuilder } from './image.ts';

const trl = (name: string): string => fileURLToPath(new URL(`../../../trl-backend/${name}`, import.meta.url));

describe.each(['docker', 'podman'] as const)('images of %s', (name) => {
  const absent = rig.whyNot(name);
  if (absent !== undefined) {
    it.skip(`are built (skipped: ${absent})`, () => undefined);
    return;
  }
  let folder: string;
  let running: rig.TestEngine;
  let engine: Engine;
  let phases: string[];
  const launcher = (): string => join(folder, 'launcher.py');
  const builder = (base: string = rig.baseImage): ImageBuilder =>
    createImageBuilder({
      recipe: { containerfile: trl('Containerfile'), installer: trl('install.sh'), launcher: launcher() },
      base,
      home: folder,
      environment: { ...process.env, ...running.environment },
      onProgress: ({ phase }) => phases.push(phase),
    });
  /** A lock of one small package, as the real one has it. */
  const specify = async (
    change: (lock: string) => string = (lock) => lock,
  ): Promise<EnvironmentSpecification> => {
    const whole = await readFile(trl('environments/trl/lock.txt'), 'utf8');
    const lock = join(folder, 'lock.txt');
    await writeFile(lock, change(/^packaging==.*\n(?:[ \t].*\n)*/m.exec(whole)?.[0] ?? ''));
    return { name: 'small', digest: 'a'.repeat(64), lock, python: '>=3.10 <3.14' };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temper-images-'));
    await cp(trl('launcher.py'), launcher());
    running = await rig.startEngine(name);
    engine = (await findEngine({ ...process.env, ...running.environment })).engine;
    phases = [];
  });
  afterAll(async () => {
    await rig.stopEngine(running);
    await rm(folder, { recursive: true, force: true });
  });

  it('an image is built when it is first needed, with its bytecode, and then found', async () => {
    const specification = await specify();
    expect(await builder().isReady(engine, specification)).toBe(false);
    const { image, python } = await builder().ensure(engine, specification);
    expect(image).toMatch(/^localhost\/temper-small:[0-9a-f]{20}$/);
    expect(phases.at(0)).toBe(`building the image ${image} on ${rig.baseImage}; once, some minutes`);
    expect(phases.at(-1)).toMatch(/^the image is ready after \d+ s$/);
    const question =
      'import packaging.version as m, os, json; print(json.dumps([os.path.exists(m.__cached__), os.path.exists("/opt/temper/__pycache__"), "UV_DEFAULT_INDEX" in os.environ]))';
    const args = ['run', '--rm', '--network', 'none', '--read-only', image, python, '-c', question];
    expect(JSON.parse(await rig.ask(running, args))).toEqual([true, true, false]);

    phases = [];
    await builder().ensure(engine, specification);
    expect(phases).toEqual([]);
  });

  it('what an image is made from is in its name, and a change of the launcher keeps the layers below', async () => {
    const specification = await specify();
    const before = await builder().ensure(engine, specification);
    await writeFile(launcher(), `${await readFile(launcher(), 'utf8')}\n# changed\n`);
    const after = await builder().ensure(engine, specification);
    expect(after.image).not.toBe(before.image);
    const layers = async (image: string): Promise<readonly string[]> =>
      JSON.parse(
        await rig.ask(running, ['image', 'inspect', '--format', '{{json .RootFS.Layers}}', image]),
      ) as readonly string[];
    const [old, now] = [await layers(before.image), await layers(after.image)];
    expect(now.slice(0, -2)).toEqual(old.slice(0, -2));
    expect(now.at(-2)).not.toEqual(old.at(-2));
  });

  it('a base that is nowhere is named, with the way on', async () => {
    await expect(builder('localhost/nobody:1').ensure(engine, await specify())).rejects.toMatchObject({
      reason: 'image-missing',
      message: expect.stringMatching(
        /^the base image localhost\/nobody:1 is not on this machine and could not be pulled: /,
      ) as unknown,
      hint: 'name one that is there with `container.base` or TEMPER_CONTAINER_BASE, or `docker load` it',
    });
  });

  it('a build that fails says why in a sentence, and where the log is', async () => {
    const specification = await specify((lock) => lock.replaceAll(/sha256:[0-9a-f]{8}/g, 'sha256:00000000'));
    const other = { ...specification, digest: 'b'.repeat(64) };
    const failure: unknown = await builder()
      .ensure(engine, other)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: 'image-failed' });
    expect((failure as Error).message).toMatch(
      /^the image could not be built: a package is not the one that the lock names: .*packaging==/,
    );
    expect((failure as { hint: string }).hint).toContain(join(folder, 'images'));
  });
});
