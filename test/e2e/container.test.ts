/** Python steps in containers of a real engine: the same bytes as without, and a sentence for what is missing. */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, baseImage, startEngine, stopEngine, whyNot, type TestEngine } from '../rig/engines/index.ts';
import { repository, shareWorkspace, useWorkspace, type Ran } from '../rig/workspace/index.ts';

const python = process.env['TEMPER_TEST_PYTHON'];
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const home = process.env['TEMPER_HOME'] ?? join(cache, 'temper');
const minutes = 60_000;
const absent = whyNot('docker') ?? (python === undefined ? 'there is no Python environment' : undefined);

describe.skipIf(absent !== undefined)(
  `containers${absent === undefined ? '' : ` (skipped: ${absent})`}`,
  () => {
    let engine: TestEngine;
    const variables = (): Record<string, string> => ({
      ...engine.environment,
      TEMPER_HOME: home,
      TEMPER_CONTAINER_BASE: baseImage,
      TEMPER_CONTAINER_ENVIRONMENT: 'mounted',
    });
    beforeAll(async () => {
      engine = await startEngine('docker');
    });
    afterAll(() => stopEngine(engine));

    describe('alpaca-glm4 with its tiny configuration', () => {
      // Few steps and short answers: what is compared is bytes, and they differ at once or never.
      const short = [
        '-c',
        'tiny',
        '--set',
        'lora-sft.training.duration.steps=2',
        '--set',
        'evaluate.generate.rows=2',
      ];
      let ran: Readonly<Record<'local' | 'container', Ran>>;
      const shared = shareWorkspace(async (workspace) => {
        for (const folder of ['data', 'pipelines'])
          await cp(join(repository, folder), join(workspace.root, folder), { recursive: true });
        const run = (backend: string): Promise<Ran> =>
          workspace.run('alpaca-glm4', [...short, '--backend', backend], {
            env: { ...variables(), TEMPER_STORE: join(workspace.home, `store of ${backend}`) },
          });
        ran = { local: await run('local'), container: await run('container') };
      }, 20 * minutes);

      it('makes the same bytes in a container as in a process', () => {
        expect(ran.container).toMatchObject({ code: 0, stderr: '' });
        expect(new Set(Object.values(ran.container.outcomes))).toEqual(new Set(['ran']));
        const digests = ({ result }: Ran): unknown =>
          result?.steps.map(({ label, fingerprint, outputs }) => [
            label,
            fingerprint,
            Object.entries(outputs).map(([name, { digest }]) => [name, digest]),
          ]);
        expect(digests(ran.container)).toEqual(digests(ran.local));
      });

      it('leaves no container behind', async () => {
        expect(await ask(engine, ['ps', '--all', '--quiet'])).toBe('');
      });

      it('answers in a container as in a process, and leaves nothing behind', async () => {
        const talk = (backend: string) =>
          shared().temper(
            [
              ...['chat', 'alpaca-glm4', ...short, '--backend', backend],
              ...['--prompt', '你好', '--prompt', '再说一句。', '--max-new-tokens', '8'],
            ],
            { env: { ...variables(), TEMPER_STORE: join(shared().home, 'store of local') } },
          );
        const [boxed, local] = [await talk('container'), await talk('local')];
        expect(boxed).toMatchObject({ code: 0, stdout: local.stdout });
        expect(local.code).toBe(0);
        expect(await ask(engine, ['ps', '--all', '--quiet'])).toBe('');
      });

      it('a chat says what keeps its container from starting', async () => {
        const env = { ...variables(), TEMPER_STORE: join(shared().home, 'store of local') };
        const words = ['chat', 'alpaca-glm4', ...short, '--backend', 'container', '--prompt', 'x'];
        const refused = await shared().temper(words, {
          env: { ...env, TEMPER_CONTAINER_BASE: 'localhost/nobody:1' },
        });
        expect(refused).toMatchObject({ code: 5, stdout: '' });
        expect(refused.stderr).toContain('✗ there is no image localhost/nobody:1 in docker\n');
      });

      it('reuses in a container what a process has made', async () => {
        const again = await shared().run('alpaca-glm4', [...short, '--backend', 'container'], {
          env: { ...variables(), TEMPER_STORE: join(shared().home, 'store of local') },
        });
        expect(new Set(Object.values(again.outcomes))).toEqual(new Set(['reused']));
      });
    });

    it('a base image that is nowhere is named before anything runs', async () => {
      const workspace = await useWorkspace();
      const env = {
        ...engine.environment,
        TEMPER_CONTAINER_ENVIRONMENT: 'image',
        TEMPER_CONTAINER_BASE: 'localhost/nobody:1',
      };
      const refused = await workspace.run('measured', ['--backend', 'container'], { env });
      expect(refused.code).toBe(5);
      expect(refused.stderr).toContain(
        '✗ the base image localhost/nobody:1 is not on this machine and could not be pulled: docker refused: ',
      );
      expect(refused.stderr).toContain('  hint: name one that is there with `container.base`');
    });

    it('an image that cannot be built is told with what its installer said, and nothing runs or is left', async () => {
      const bare = 'localhost/no-python:1';
      const script = 'rm /usr/bin/python3*';
      const id = await ask(engine, ['create', '--network', 'none', baseImage, 'sh', '-c', script]);
      await ask(engine, ['start', '--attach', id]);
      await ask(engine, ['commit', id, bare]);
      await ask(engine, ['rm', id]);
      const workspace = await useWorkspace();
      const build = async (changes: Readonly<Record<string, string>>): Promise<string> => {
        const env = { ...engine.environment, TEMPER_CONTAINER_ENVIRONMENT: 'image', ...changes };
        const failed = await workspace.run('measured', ['--backend', 'container'], { env });
        expect(failed).toMatchObject({ code: 5, outcomes: { measure: 'failed' } });
        expect(await ask(engine, ['ps', '--all', '--quiet'])).toBe('');
        return failed.stderr.replace(/[0-9a-f]{20}\.log/, '<image>.log');
      };
      const place =
        '    pipelines/measured.ts:7:27\n' +
        '    const { text: lengths } = measure({ numbers });\n' +
        '                              ~~~~~~~\n';
      expect(await build({ TEMPER_CONTAINER_BASE: bare })).toBe(
        `✗ the base image ${bare} has no Python of 3.10 to 3.13\n${place}` +
          '  hint: choose another with `container.base`; log: <temporary>/home/images/<image>.log\n',
      );
      const nowhere = 'http://127.0.0.1:9/simple';
      const [told, ...rest] = (
        await build({ TEMPER_CONTAINER_BASE: baseImage, PIP_INDEX_URL: nowhere })
      ).split('\n');
      expect(told).toMatch(
        /^✗ the image could not be built: the Python packages could not be fetched: .*127\.0\.0\.1:9.*: Connection refused \(os error 111\)$/,
      );
      expect(rest.join('\n')).toBe(
        `${place}  hint: check the network, or name a mirror with PIP_INDEX_URL; log: <temporary>/home/images/<image>.log\n`,
      );
    });

    it('an image that there is no room for is refused before anything is built', async () => {
      const small = await mkdtemp(join(tmpdir(), 'temper-small-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=230m', 'tmpfs', small]);
      try {
        const crowded = await startEngine('docker', small);
        const workspace = await useWorkspace();
        const env = { ...crowded.environment, TEMPER_CONTAINER_BASE: baseImage };
        const refused = await workspace.run('measured', ['--backend', 'container'], { env });
        await stopEngine(crowded);
        expect(refused.code).toBe(5);
        expect(refused.stderr).toMatch(
          /^✗ the image takes 9\.3 GiB while it is built, and \S+\/data has \d+\.\d MiB free\n {2}hint: free some: `docker system df` shows what takes it\n$/,
        );
      } finally {
        execFileSync('umount', ['--lazy', small]);
        await rm(small, { recursive: true, force: true });
      }
    });

    it('more memory than the machine has is refused before anything runs', async () => {
      const workspace = await useWorkspace();
      const env = { ...variables(), TEMPER_CONTAINER_MEMORY: '1000 TiB' };
      const refused = await workspace.run('measured', ['--backend', 'container'], { env });
      expect(refused.code).toBe(5);
      expect(refused.stderr).toContain(
        '✗ a job is to have up to 1024000.0 GiB of memory, and the machine of docker has ',
      );
    });
  },
);

describe('a container engine', () => {
  let programs: string;
  beforeAll(async () => {
    programs = await mkdtemp(join(tmpdir(), 'temper-no-engine-'));
    const words =
      'Cannot connect to the Docker daemon at unix:///nowhere.sock. Is the docker daemon running?';
    const script = `#!/bin/sh\n[ "$1" = --version ] && { echo 'Docker version 20.10.24, build 297e128'; exit; }\necho '${words}' >&2\nexit 1\n`;
    await writeFile(join(programs, 'docker'), script, { mode: 0o755 });
  });
  afterAll(() => rm(programs, { recursive: true, force: true }));

  it('that does not answer is named before anything runs', async () => {
    const workspace = await useWorkspace();
    const env = { TEMPER_CONTAINER_ENGINE: join(programs, 'docker') };
    const refused = await workspace.run('measured', ['--backend', 'container'], { env });
    expect(refused).toMatchObject({
      code: 5,
      stderr: [
        '✗ docker is installed and does not answer: Cannot connect to the Docker daemon at unix:///nowhere.sock. Is the docker daemon running?',
        '  hint: start it (`sudo systemctl start docker`, or Docker Desktop), and see that this user may speak to it (group `docker`)',
        '',
      ].join('\n'),
    });
  });

  it('is asked for by no chat before there is something to talk to', async () => {
    const workspace = await useWorkspace();
    const env = { TEMPER_CONTAINER_ENGINE: 'lxc' };
    const refused = await workspace.temper(['chat', 'measured', '--backend', 'container', '--prompt', 'x'], {
      env,
    });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('✗ measured trains nothing');
  });

  it('of an unknown name is named', async () => {
    const workspace = await useWorkspace();
    const env = { TEMPER_CONTAINER_ENGINE: 'lxc' };
    const refused = await workspace.run('measured', ['--backend', 'container'], { env });
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain(
      '✗ the container engine `lxc` is neither docker nor podman, or does not run\n',
    );
  });

  it('is not asked for by a run that reuses everything', async () => {
    const workspace = await useWorkspace();
    expect(await workspace.run('numbers')).toMatchObject({ code: 0 });
    const env = { TEMPER_CONTAINER_ENGINE: 'lxc' };
    expect(await workspace.run('numbers', ['--backend', 'container'], { env })).toMatchObject({ code: 0 });
  });

  it('is set by a configuration, and a wrong key or a wrong size is placed', async () => {
    const workspace = await useWorkspace();
    await workspace.write(
      'pipelines/measured.boxed.yaml',
      'backend: container\ncontainer: { engin: docker }\n',
    );
    const wrong = await workspace.temper(['plan', 'measured', '-c', 'boxed']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('✗ `engin` is not a key of container\n');
    expect(wrong.stderr).toContain('pipelines/measured.boxed.yaml:2:');
    expect(wrong.stderr).toContain('hint: did you mean `engine`?');
    await workspace.write(
      'pipelines/measured.boxed.yaml',
      'backend: container\ncontainer: { memory: much }\n',
    );
    const size = await workspace.run('measured', ['-c', 'boxed']);
    expect(size.code).toBe(2);
    expect(size.stderr).toContain('✗ `much` is no size of memory for `container.memory`\n');
  });
});
