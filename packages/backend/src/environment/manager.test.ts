import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEnvironmentManager, type EnvironmentManager } from './manager.ts';

const digest = 'd'.repeat(64);
let folder: string;
let home: string;
let phases: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-environment-'));
  home = join(folder, 'home');
  phases = [];
  await writeFile(
    join(folder, 'lock.txt'),
    'ruler==1.0.0 \\\n    --hash=sha256:00\nsix==1.17.0 \\\n    --hash=sha256:11\n',
  );
  await mkdir(join(folder, 'bin'));
  await put(
    'python3',
    'if [ "$1" = -c ]; then case "$2" in *executable*) echo "$0"; echo 3.11.7;; *) echo \'{"ruler":"1.0.0"}\';; esac; fi',
  );
  await put('uv', uv);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Stands in for uv: makes the folder, and waits in the middle for as long as `hold` is there. */
const uv = `
case "$1 $2" in
  "--version ") echo "uv 0.13.9 (test)";;
  venv*) for last; do :; done; mkdir -p "$last/bin"; ln -s "$(command -v python3)" "$last/bin/python";;
  "pip install")
    echo "$@" >> "$FOLDER/installs"; touch "$FOLDER/installing"
    while [ -e "$FOLDER/hold" ]; do sleep 0.01; done
    [ -e "$FOLDER/fail" ] && { cat "$FOLDER/fail" >&2; exit 1; }
    echo "Downloading torch (502.1MiB)"; echo "Prepared 2 packages in 1s"; echo "Installed 2 packages in 1s";;
esac
exit 0`;

async function put(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

function manager(options: { signal?: AbortSignal } = {}): EnvironmentManager {
  return createEnvironmentManager({
    home,
    environment: {
      PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter),
      FOLDER: folder,
      TEMPER_PYTHON: join(folder, 'bin/python3'),
    },
    onProgress: ({ phase }) => phases.push(phase),
    ...options,
  });
}

const specification = () => ({
  name: 'small',
  digest,
  lock: join(folder, 'lock.txt'),
  python: '>=3.10 <3.14',
});
const installs = async (): Promise<number> =>
  (await readFile(join(folder, 'installs'), 'utf8')).split('\n').length - 1;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 5));
}

it('an environment is made once, tells its phases, and remembers what was installed', async () => {
  const environments = manager();
  expect(environments.isReady(specification())).toBe(false);
  const { python } = await environments.ensure(specification());
  expect(python).toBe(join(home, 'environments', digest, 'bin', 'python'));
  expect(environments.isReady(specification())).toBe(true);
  expect(phases.map((phase) => phase.replace(/\d+ s$/, 'N s'))).toEqual([
    'making it with Python 3.11.7; once for all checkouts, some minutes',
    'installing 2 packages with uv 0.13.9',
    'downloading torch (502 MiB)',
    '2 packages are here; unpacking',
    'compiling',
    'ready after N s',
  ]);
  const made: unknown = JSON.parse(
    await readFile(join(home, 'environments', digest, 'complete.json'), 'utf8'),
  );
  expect(made).toEqual({
    name: 'small',
    digest,
    python: '3.11.7',
    installer: 'uv 0.13.9',
    packages: { ruler: '1.0.0' },
  });
  expect(await readFile(join(folder, 'installs'), 'utf8')).toContain(
    '--no-deps --require-hashes --compile-bytecode',
  );

  await manager().ensure(specification());
  expect(await installs()).toBe(1);
});

it('of two runs at once one builds and the other waits for it', async () => {
  await writeFile(join(folder, 'hold'), '');
  const [first, second] = [manager(), manager()];
  const one = first.ensure(specification());
  await until(() => existsSync(join(folder, 'installing')));
  const two = second.ensure(specification());
  await until(() => phases.includes('another run is building it'));
  await rm(join(folder, 'hold'));
  expect(await one).toEqual(await two);
  expect(await installs()).toBe(1);
});

it('what was left half-made is begun again', async () => {
  await writeFile(join(folder, 'hold'), '');
  const place = join(home, 'environments', digest);
  const stop = new AbortController();
  const interrupted = manager({ signal: stop.signal }).ensure(specification());
  await until(() => existsSync(join(folder, 'installing')));
  stop.abort();
  await expect(interrupted).rejects.toMatchObject({
    message: 'making the Python environment was interrupted',
  });
  expect(manager().isReady(specification())).toBe(false);
  await writeFile(join(place, 'bin', 'stray'), '');

  await rm(join(folder, 'hold'));
  await manager().ensure(specification());
  expect(await readdir(join(place, 'bin'))).toEqual(['python']);
  expect(await readdir(join(home, 'environments'))).toEqual([digest, `${digest}.log`]);
});

it('an installer whose run was killed is ended before the environment is begun again', async () => {
  const place = join(home, 'environments', digest);
  const orphan = spawn('sleep', ['1000'], { env: { PATH: process.env['PATH'], TEMPER_ENVIRONMENT: place } });
  const ended = once(orphan, 'exit');
  await manager().ensure(specification());
  expect(await ended).toEqual([null, 'SIGKILL']);
});

it('an environment whose Python is gone is made again', async () => {
  await manager().ensure(specification());
  const python = join(home, 'environments', digest, 'bin', 'python');
  await rm(python);
  await symlink('/nonexistent/python3.11', python);
  expect(manager().isReady(specification())).toBe(false);
  await manager().ensure(specification());
  expect(await installs()).toBe(2);
});

it('a failure says why, where the log is, and leaves nothing that looks complete', async () => {
  await writeFile(
    join(folder, 'fail'),
    'error: Failed to fetch: https://me:secret@mirror.example.org/six/\n  cause: dns error\n',
  );
  const log = join(home, 'environments', `${digest}.log`);
  await expect(manager().ensure(specification())).rejects.toMatchObject({
    reason: 'registry-unreachable',
    message:
      'the Python packages could not be fetched: Failed to fetch: https://***@mirror.example.org/six/: dns error',
    hint: `check the network, or name a mirror with PIP_INDEX_URL; log: ${log}`,
  });
  expect(await readFile(log, 'utf8')).not.toContain('secret');
  expect(manager().isReady(specification())).toBe(false);
  await rm(join(folder, 'fail'));
  await manager().ensure(specification());
});
