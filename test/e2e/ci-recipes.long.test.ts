/** The recipes of docs/how-to/ci.md, command by command, on a clean clone of this repository. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openClone } from '../rig/clone.ts';
import { repository } from '../rig/workspace/index.ts';

const minutes = 60_000;

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
      const { folder, root, shell } = await openClone();
      await shell('git update-ref refs/remotes/origin/main HEAD');
      for (const name of ['summary', 'output']) await writeFile(join(folder, name), '');
      const service = {
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
        GITHUB_OUTPUT: join(folder, 'output'),
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      };
      for (const command of new Set([...github, ...gitlab]))
        await shell(command.replace('${{ github.base_ref }}', 'main'), service);
      expect(await readFile(join(folder, 'summary'), 'utf8')).toContain('## alpaca-glm4 (tiny): succeeded');
      expect(await readFile(join(folder, 'output'), 'utf8')).toMatch(/^run=1\noutcome=succeeded\nran=10\n/);
      expect(await readFile(join(root, 'report.html'), 'utf8')).toContain('Content-Security-Policy');
    },
    20 * minutes,
  );
});
