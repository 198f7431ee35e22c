/** A machine that lacks something: the whole message, as the command prints it. */
import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shareWorkspace, useWorkspace, type Workspace } from '../rig/workspace/index.ts';

const execute = promisify(execFile);
/** A Python that serves, by its own path; undefined where there is none. */
const python = findPython();
/** Python without uv beside it, and pip without this machine's settings. */
const lonely = { TEMPER_PYTHON: python ?? '', PATH: '/nonexistent', PIP_CONFIG_FILE: '/dev/null' };

describe('Python', () => {
  const shared = shareWorkspace();

  it('is missing', async () => {
    const { code, stdout, stderr } = await shared().run('measured', [], { env: { PATH: '/nonexistent' } });
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "✗ Temper’s Python stages need Python >=3.10, <3.14, and there is none on PATH
        hint: install one (\`apt install python3 python3-venv\`, \`brew install python@3.13\`), or name one with TEMPER_PYTHON
      "
    `);
  });

  it('is named and does not run', async () => {
    const env = { TEMPER_PYTHON: '/nonexistent/python3' };
    const { code, stderr } = await shared().run('measured', [], { env });
    expect(code).toBe(5);
    expect(stderr).toMatchInlineSnapshot(`
      "✗ TEMPER_PYTHON is /nonexistent/python3, and that does not run
        hint: install one (\`apt install python3 python3-venv\`, \`brew install python@3.13\`), or name one with TEMPER_PYTHON
      "
    `);
  });

  it('is too old', async () => {
    const workspace = shared();
    const old = join(workspace.root, 'python3');
    await workspace.write('python3', `#!/bin/sh\necho ${old}\necho 3.8.20\n`);
    await chmod(old, 0o755);
    const { code, stderr } = await workspace.run('measured', [], { env: { TEMPER_PYTHON: old } });
    expect(code).toBe(5);
    expect(stderr).toMatchInlineSnapshot(`
      "✗ Temper’s Python stages need Python >=3.10, <3.14, and there is only <temporary>/workspace/python3 (3.8.20)
        hint: install one (\`apt install python3 python3-venv\`, \`brew install python@3.13\`), or name one with TEMPER_PYTHON
      "
    `);
  });

  it('is not needed where everything is in the store', async () => {
    const { code } = await shared().run('numbers', [], { env: { PATH: '/nonexistent' } });
    expect(code).toBe(0);
  });
});

describe.skipIf(python === undefined)('the environment of Python', () => {
  it('cannot be fetched, since the registry does not answer', async () => {
    const workspace = await useWorkspace();
    // Nobody listens at port 9 (discard), and pip is told not to hope.
    const index = 'http://127.0.0.1:9/simple';
    const env = { ...lonely, PIP_INDEX_URL: index, PIP_RETRIES: '0' };
    const { code, stderr, outcomes } = await workspace.run('measured', [], { env });
    expect({ code, outcomes }).toEqual({ code: 5, outcomes: { count: 'ran', measure: 'failed' } });
    expect(stderr.replace(/[0-9a-f]{64}/g, '<digest>')).toMatchInlineSnapshot(`
      "✗ the Python packages could not be fetched: No matching distribution found for ruler==1.0.0
          pipelines/measured.ts:7:27
          const { text: lengths } = measure({ numbers });
                                    ~~~~~~~
        hint: check the network, or name a mirror with PIP_INDEX_URL; log: <temporary>/home/environments/<digest>.log
      "
    `);
  });

  it('is begun again when its making was interrupted half-way', async () => {
    const workspace = await useWorkspace();
    const env = await offerRuler(workspace);
    const killed = workspace.startRun('measured', [], { env });
    await killed.says('installing 1 packages');
    killed.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');

    const next = await workspace.run('measured', [], { env });
    expect(next).toMatchObject({ code: 0, stderr: '', outcomes: { measure: 'ran' } });
    expect(next.stdout).toContain('environment ruler: making it with Python');
    expect(await workspace.read('output/measured/default/lengths/text.txt')).toBe('[1, 2, 3, 4]\n');

    const reused = await workspace.run('measured', [], { env: { ...env, TEMPER_PYTHON: '/nonexistent' } });
    expect(reused).toMatchObject({ code: 0, outcomes: { count: 'reused', measure: 'reused' } });
  });
});

describe('a disk', () => {
  it('that is full ends the step with 5, and the store stays sound', async ({ skip }) => {
    const workspace = await useWorkspace();
    const store = join(workspace.home, 'small-disk');
    await mkdir(store, { recursive: true });
    const mounted = await execute('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', store]).then(
      () => true,
      () => false,
    );
    if (!mounted) skip('only root may mount the small disk that this needs');
    onTestFinished(async () => {
      await execute('umount', [store]);
    });
    const words = ['--store', store];
    const full = await workspace.run('misbehaved', [...words, '--set', 'misbehave.how=much']);
    expect(full).toMatchObject({ code: 5, outcomes: { count: 'ran', misbehave: 'failed' } });
    expect(full.stderr.split('  log:')[0]).toMatchInlineSnapshot(`
      "✗ misbehave filled the disk that holds the store (8 MiB, and nothing is free)
          pipelines/misbehaved.ts:8:27
          const { numbers: made } = misbehave({ numbers });
                                    ~~~~~~~~~
        hint: free some, let \`temper gc\` name what could go, or move the store with TEMPER_STORE
      "
    `);

    const next = await workspace.run('misbehaved', words);
    expect(next).toMatchObject({ code: 0, outcomes: { count: 'reused', misbehave: 'ran', sum: 'ran' } });
  });
});

/** Makes the package that the environment locks, and the variables with which pip finds it without a network. */
async function offerRuler(workspace: Workspace): Promise<Record<string, string>> {
  const wheels = join(workspace.root, 'wheels');
  await workspace.write('wheels/make.py', makeRuler);
  const { stdout } = await execute(lonely.TEMPER_PYTHON, [join(wheels, 'make.py'), wheels]);
  await workspace.write('small/measure/lock.txt', `ruler==1.0.0 \\\n    --hash=sha256:${stdout.trim()}\n`);
  return { ...lonely, PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels };
}

const makeRuler = `
import hashlib, pathlib, sys, zipfile

wheel = pathlib.Path(sys.argv[1]) / "ruler-1.0.0-py3-none-any.whl"
info = "ruler-1.0.0.dist-info"
files = {
    "ruler.py": "def length(n):\\n    return n\\n",
    f"{info}/METADATA": "Metadata-Version: 2.1\\nName: ruler\\nVersion: 1.0.0\\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
files[f"{info}/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(wheel, "w") as archive:
    for name, text in files.items():
        archive.writestr(name, text)
print(hashlib.sha256(wheel.read_bytes()).hexdigest())
`;

function findPython(): string | undefined {
  const question = 'import sys; print(sys.executable if sys.version_info[:2] >= (3, 10) else "")';
  try {
    const path = execFileSync('python3', ['-c', question], { encoding: 'utf8' }).trim();
    return path === '' ? undefined : path;
  } catch {
    return undefined;
  }
}

describe('a file in the place of a folder', () => {
  const shared = shareWorkspace();

  it.each(['.temper', 'output'])('%s', async (name) => {
    const workspace = shared();
    await workspace.write(name, 'mine');
    const { code, stderr } = await workspace.run('numbers');
    await rm(join(workspace.root, name));
    expect(code).toBe(5);
    expect(stderr).toBe(`✗ <temporary>/workspace/${name} is a file, where a folder is needed
  hint: move it away; Temper makes the folder itself
`);
  });

  it('the store', async () => {
    const workspace = shared();
    await workspace.write('store', 'mine');
    const env = { TEMPER_STORE: join(workspace.root, 'store') };
    const { code, stderr } = await workspace.run('numbers', [], { env });
    expect(code).toBe(5);
    expect(stderr)
      .toBe(`✗ the store would lie in <temporary>/workspace/store, and <temporary>/workspace/store is a file
  hint: set TEMPER_STORE to a folder, or to where one may be made
`);
  });
});
