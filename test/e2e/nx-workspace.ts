import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A workspace of its own for the real Nx: the repository's packages by link, its nx.json, pipelines that are only
 * names, and in place of the command a script that notes how it was called.
 */
export interface NxWorkspace {
  readonly root: string;
  /** Runs Nx to its end; `from` is a folder relative to the root, `env` adds variables and, with null, removes them. */
  nx(words: readonly string[], options?: NxOptions): Promise<NxResult>;
  /** How often and with what the stand-in was started since the last time this was asked. */
  calls(): Promise<Call[]>;
  write(path: string, content: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Stops the daemon of this workspace, if one was started, and removes the folder. */
  dispose(): Promise<void>;
}

export interface NxOptions {
  readonly daemon?: boolean;
  readonly from?: string;
  readonly env?: Readonly<Record<string, string | null>>;
}

export interface NxResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly words: string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

const repository = join(import.meta.dirname, '../..');

/** The stand-in for the command: it appends a line to calls.jsonl beside nx.json and ends with STAND_IN_EXIT. */
const STAND_IN = `
import { appendFileSync } from 'node:fs';
const { FORCE_COLOR, NO_COLOR, STAND_IN_EXIT, STAND_IN_LOG } = process.env;
const call = { words: process.argv.slice(2), folder: process.cwd(), env: { FORCE_COLOR, NO_COLOR } };
appendFileSync(STAND_IN_LOG, JSON.stringify(call) + '\\n');
console.log('the stand-in was here');
process.exitCode = Number(STAND_IN_EXIT ?? 0);
`;

const BUILD = `
import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync(new URL('dist/', import.meta.url), { recursive: true });
writeFileSync(new URL('dist/temper.js', import.meta.url), '');
`;

/**
 * @param command whether `@temper/cli` is a package of the workspace, an installed one, or not there
 * @param plugin whether `@temper/nx-plugin` is a package of the workspace, as in this repository, or an installed one
 */
export async function createNxWorkspace(
  command: 'workspace' | 'installed' | 'none',
  plugin: 'workspace' | 'installed' = 'installed',
): Promise<NxWorkspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'temper-nx-')));
  const log = join(root, 'calls.jsonl');
  let daemonUsed = false;

  const write = async (path: string, content: string) => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  };

  const nx: NxWorkspace['nx'] = (words, { daemon = false, from = '.', env = {} } = {}) => {
    daemonUsed ||= daemon;
    const environment = { ...withoutNx(process.env), NX_DAEMON: String(daemon), STAND_IN_LOG: log, ...env };
    return execute(
      [join(repository, 'node_modules/nx/dist/bin/nx.js'), ...words],
      join(root, from),
      environment,
    );
  };

  await linkDependencies(root, plugin);
  for (const settings of ['nx.json', '.env']) await cp(join(repository, settings), join(root, settings));
  await write('.gitignore', 'node_modules\n.nx\ndist\n');
  await write('package.json', JSON.stringify({ name: 'fixture', private: true, workspaces: ['packages/*'] }));
  await write('package-lock.json', JSON.stringify({ name: 'fixture', lockfileVersion: 3, packages: {} }));
  await write(
    'pipelines/alpaca-glm4.ts',
    '/** Teaches GLM-4-9B. Then says how well. */\nexport default 1;\n',
  );
  await write('pipelines/alpaca-glm4.tiny.yaml', '');
  await write('pipelines/alpaca-glm4.hub.yaml', '');
  await write('pipelines/other.ts', 'export default 1;\n');

  if (command !== 'none') {
    const folder = command === 'workspace' ? 'packages/cli' : 'node_modules/@temper/cli';
    const manifest = await readFile(join(repository, 'packages/cli/package.json'), 'utf8');
    await write(`${folder}/package.json`, manifest);
    await write(`${folder}/bin/temper.js`, STAND_IN);
    if (command === 'installed') await write(`${folder}/dist/temper.js`, '');
    else {
      await write(`${folder}/build.mjs`, BUILD);
      await symlink(join(root, folder), join(root, 'node_modules/@temper/cli'));
    }
  }

  return {
    root,
    nx,
    write,
    async calls() {
      const lines = await readFile(log, 'utf8').catch(() => '');
      await rm(log, { force: true });
      return lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Call]));
    },
    remove: (path) => rm(join(root, path), { recursive: true }),
    async dispose() {
      if (daemonUsed) await nx(['daemon', '--stop'], { daemon: true });
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Everything installed here, except our own packages: of these only the plugin. */
async function linkDependencies(root: string, plugin: 'workspace' | 'installed'): Promise<void> {
  await mkdir(join(root, 'node_modules/@temper'), { recursive: true });
  const source = join(repository, 'packages/nx-plugin');
  const copy = join(root, 'packages/nx-plugin');
  if (plugin === 'workspace') await cp(source, copy, { recursive: true });
  await symlink(plugin === 'workspace' ? copy : source, join(root, 'node_modules/@temper/nx-plugin'));
  for (const name of await readdir(join(repository, 'node_modules'))) {
    if (name === '@temper' || name === '.package-lock.json') continue;
    await symlink(join(repository, 'node_modules', name), join(root, 'node_modules', name));
  }
}

/** A test that is itself a task of Nx must not tell the Nx under test so; nor what colours to use. */
function withoutNx(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(NX_|FORCE_COLOR$|NO_COLOR$|CI$|TEMPER_)/.test(name)),
  );
}

function execute(
  words: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string | null | undefined>>,
): Promise<NxResult> {
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== null));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd: folder,
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ...out });
    });
  });
}
