import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../rig/workspace/index.ts';

const execute = promisify(execFile);
const packages = ['@temper/cli', '@temper/pipeline', '@temper/hub', '@temper/trl-backend', '@temper/stages'];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
const manifestIn = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;

/**
 * A folder that knows nothing of the repository: our packages as npm packs them, and theirs from the repository's
 * `node_modules`, so that nothing is fetched.
 */
let folder: string;
let workspace: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'temper-packed-')));
  workspace = join(folder, 'experiments');
  await mkdir(workspace);
  const tarballs: string[] = [];
  for (const name of packages) {
    const { stdout } = await npm(['pack', '-w', name, '--pack-destination', folder, '--json'], repository);
    tarballs.push(join(folder, /"filename": "(.+\.tgz)"/.exec(stdout)?.[1] ?? ''));
  }
  await temper(['init'], join(repository, 'packages/cli/bin/temper.js'));
  const flags = ['--save-dev', '--offline', '--ignore-scripts', '--install-links', '--no-audit', '--no-fund'];
  await npm(['install', ...flags, ...tarballs, ...(await thirdParty())], workspace);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

const npm = (words: readonly string[], cwd: string) =>
  execute('npm', [...words], { cwd, env: settled({}), maxBuffer: 2 ** 24 });

/** The packages that ours need and that are not ours, and what those need, by folder. */
async function thirdParty(): Promise<readonly string[]> {
  const found = new Set<string>();
  const waiting = [...packages];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const place = await realpath(join(repository, 'node_modules', name)).catch(() => undefined);
    // An optional package of another platform is not installed.
    if (place === undefined || found.has(place)) continue;
    if (!name.startsWith('@temper/')) found.add(place);
    const { dependencies, optionalDependencies } = await manifestIn(place);
    waiting.push(...Object.keys({ ...dependencies, ...optionalDependencies }));
  }
  return [...found];
}

function settled(changes: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|TEMPER_|NX_|VITEST|NODE_ENV|NODE_OPTIONS|LC_|LANG)/.test(name),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8', TEMPER_HOME: join(folder, 'home'), ...changes };
}

async function temper(words: readonly string[], bin = join(workspace, 'node_modules/.bin/temper')) {
  try {
    const done = await execute(process.execPath, [bin, ...words], { cwd: workspace, env: settled({}) });
    return { code: 0, ...done };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('the packed packages, in a workspace that temper init made without asking', () => {
  it('are all that the workspace asks for', async () => {
    expect(Object.keys((await manifestIn(workspace)).devDependencies ?? {})).toEqual(
      expect.arrayContaining(['@temper/cli', '@temper/pipeline', '@temper/stages', 'zod']),
    );
    expect(await readFile(join(workspace, '.gitignore'), 'utf8')).toBe('node_modules\n.temper\noutput\n');
    expect((await readdir(join(workspace, 'node_modules/@temper'))).sort()).toEqual(
      packages.map((name) => name.replace('@temper/', '')).sort(),
    );
  });

  it('pass the check, types included', async () => {
    expect(await temper(['check'])).toEqual({ code: 0, stdout: '1 plan is sound\n', stderr: '' });
    const stage = join(workspace, 'pipelines/first.ts');
    const source = await readFile(stage, 'utf8');
    await writeFile(stage, source.replace('keepShort({ dataset }', 'keepShort({ dataset: rows }'));
    const { code, stderr } = await temper(['check']);
    await writeFile(stage, source);
    expect(code).toBe(2);
    expect(stderr).toContain(`Type '"rows"' is not assignable to type '"chat dataset"'.`);
    expect(stderr).toContain('pipelines/first.ts:');
  });

  it('run a pipeline with a stage of its own, and reuse it', async () => {
    const first = await temper(['run', 'first', '--plain']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('! keep-short  warning: 1 conversations have more than 200 characters\n');
    const rows = await readFile(join(workspace, 'output/first/default/train/rows.jsonl'), 'utf8');
    expect(rows).toContain('"role":"assistant"');
    expect((await temper(['run', 'first', '--plain'])).stdout).toContain(
      'everything is up to date: 4 steps reused',
    );

    const own = join(workspace, 'stages/keep-short/run.ts');
    await writeFile(
      own,
      (await readFile(own, 'utf8')).replace('characters <= longest', 'characters < longest'),
    );
    expect((await temper(['plan', 'first'])).stdout).toMatch(/> keep-short +run +code: /);
  });

  it('make a second pipeline, and write over none', async () => {
    expect((await temper(['init', 'second'])).stdout).toBe(
      '+ pipelines/second.ts\n+ data/second.jsonl\nnext:\n  npx temper check\n  npx temper run second\n',
    );
    expect(await temper(['check'])).toMatchObject({ code: 0, stdout: '2 plans are sound\n' });
    expect(await temper(['init', 'second'])).toMatchObject({
      code: 2,
      stderr:
        '✗ pipelines/second.ts, data/second.jsonl are here already\n  hint: give the pipeline another name: `temper init NAME`\n',
    });
    expect(await temper(['init', 'a.b'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`a.b` cannot be the name of a pipeline') as string,
    });
  });

  it('carry what their Python stages read', async () => {
    const files = [
      'load-weights/glm4.chat.jinja',
      'load-weights/corpus/zh.jsonl',
      'tokenize/templates/chatml.jinja',
    ];
    for (const file of files) {
      const [packed, own] = await Promise.all([
        readFile(join(workspace, 'node_modules/@temper/stages', file)),
        readFile(join(repository, 'stages', file)),
      ]);
      expect(packed.equals(own), file).toBe(true);
    }
    for (const file of ['launcher.py', 'environments/trl/lock.txt', 'python/temper_job/__init__.py'])
      await readFile(join(workspace, 'node_modules/@temper/trl-backend', file));
  });
});

describe('what temper init writes', () => {
  it('asks for the versions that the command was made with', async () => {
    const { devDependencies = {} } = JSON.parse(
      await readFile(join(repository, 'packages/cli/template/package.template.json'), 'utf8'),
    ) as Manifest;
    const versions = await Promise.all(
      Object.keys(devDependencies).map(async (name) => {
        const { version } = JSON.parse(
          await readFile(join(repository, 'node_modules', name, 'package.json'), 'utf8'),
        ) as { version: string };
        return [name, version];
      }),
    );
    expect(Object.fromEntries(versions)).toEqual(devDependencies);
  });
});
