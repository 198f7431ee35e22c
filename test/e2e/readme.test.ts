/** What the READMEs show is what the commands print. The blocks of both are equal, which test/docs compares. */
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { shownBy } from '../docs/pages.ts';
import { repository, useWorkspace } from '../rig/workspace/index.ts';

it('the full configuration refuses to run without a GPU, word for word', async () => {
  const workspace = await useWorkspace();
  for (const folder of ['data', 'pipelines'])
    await cp(join(repository, folder), join(workspace.root, folder), { recursive: true });
  // Whoever has a GPU gets the answer of a machine that has none.
  const bin = join(dirname(workspace.root), 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'nvidia-smi'), '#!/bin/sh\nexit 127\n');
  await chmod(join(bin, 'nvidia-smi'), 0o755);

  const { command, output } = shownBy('README.md', 'temper run alpaca-glm4');
  const { code, stdout, stderr } = await workspace.temper(command, {
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  expect(code).toBe(5);
  expect(`${stdout}${stderr}`).toBe(output);
});
