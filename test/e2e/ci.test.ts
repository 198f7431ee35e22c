/** What a run says to a CI service. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useWorkspace } from '../rig/workspace/index.ts';

it('in GitHub a failure is marked on the line of its step, and later steps are told how the run ended', async () => {
  const workspace = await useWorkspace();
  const env = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: join(workspace.root, 'outputs.txt'), CI: 'true' };
  await workspace.run('numbers', [], { env });
  await workspace.edit(
    'small/scale/run.ts',
    'async function* scaled',
    "throw new Error('100% wrong');\n  async function* scaled",
  );
  const failed = await workspace.run('numbers', [], { env });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(
    /^::error file=pipelines\/numbers\.ts,line=10,col=29,endColumn=34,title=temper::scale failed: Error: 100%25 wrong/m,
  );
  expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toMatch(
    /^run=1\noutcome=succeeded\nran=5\nreused=0\nfailed=0\nfolder=\.temper\/runs\/1\nrun=2\noutcome=failed\n/,
  );

  const unknown = await workspace.temper(['plan', 'numbers', '--set', 'scale.factr=1'], { env });
  expect(unknown.stderr).toContain('::error title=temper::');
  const elsewhere = await workspace.run('numbers');
  expect(elsewhere.stderr).not.toContain('::error');
});
