/** The recipes of docs/how-to/ci.md, command by command, on a clean clone of this repository. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../rig/workspace/index.ts';

const minutes = 60_000;
const run = promisify(execFile);

/** The commands of the job `tiny` of both recipes, in order. */
async function recipes(): Promise<{
  readonly github: readonly string[];
  readonly gitlab: readonly string[];
}> {
  const text = await readFile(join(repository, 'docs/how-to/ci.md'), 'utf8');
  const jobs = [...text.matchAll(/^( *)tiny:\n([\s\S]*?)^\1gpu:/gm)].map(([, , job]) => job ?? '');
  const github = jobs.find((job) => job.includes('runs-on:')) ?? '';
  const gitlab =
    /^ {2}script:\n((?: {4}- .*\n)+)/m.exec(jobs.find((job) => job.includes('script:')) ?? '')?.[1] ?? '';
  return {
    github: [...github.matchAll(/^ +(?:- )?run: (.+)$/gm)].map(([, command]) => command ?? ''),
    gitlab: [...gitlab.matchAll(/^ {4}- (.+)$/gm)].map(([, command]) => command ?? ''),
  };
}

describe('the recipes for CI', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'temper-ci-'));
    await run('git', ['clone', '-q', repository, join(folder, 'clone')]);
    await run('git', ['update-ref', 'refs/remotes/origin/main', 'HEAD'], { cwd: join(folder, 'clone') });
    for (const name of ['summary', 'output']) await writeFile(join(folder, name), '');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('ask both services for the same', async () => {
    const { github, gitlab } = await recipes();
    const common = (commands: readonly string[]): readonly string[] =>
      commands.filter((command) => !/ report | affected /.test(command));
    expect(common(gitlab)).toEqual(common(github));
    expect(common(github).length).toBeGreaterThan(6);
  });

  it(
    'succeed one command after the other',
    async () => {
      const { github, gitlab } = await recipes();
      const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
      const env = {
        ...process.env,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
        GITHUB_OUTPUT: join(folder, 'output'),
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
        // The environments of Python are shared with everybody, the store is not.
        TEMPER_HOME: process.env['TEMPER_HOME'] ?? join(cache, 'temper'),
        TEMPER_STORE: join(folder, 'store'),
        NX_DAEMON: 'false',
      };
      for (const command of new Set([...github, ...gitlab])) {
        const words = command.replace('${{ github.base_ref }}', 'main');
        const done = await run('bash', ['-euo', 'pipefail', '-c', words], {
          cwd: join(folder, 'clone'),
          env,
          maxBuffer: 64 * 2 ** 20,
        }).catch((error: unknown) => error as Error);
        expect(done, words).not.toBeInstanceOf(Error);
      }
      expect(await readFile(join(folder, 'summary'), 'utf8')).toContain('## alpaca-glm4 (tiny): succeeded');
      expect(await readFile(join(folder, 'output'), 'utf8')).toMatch(/^run=1\noutcome=succeeded\nran=10\n/);
      expect(await readFile(join(folder, 'clone/report.html'), 'utf8')).toContain('Content-Security-Policy');
    },
    20 * minutes,
  );
});
