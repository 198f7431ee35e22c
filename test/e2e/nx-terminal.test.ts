import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNxWorkspace, type NxWorkspace } from './nx-workspace.ts';

const run = promisify(execFile);
const socket = `temper-nx-${String(process.pid)}`;
const tmux = async (...words: string[]) => (await run('tmux', ['-L', socket, ...words])).stdout;

/** A command that paints two lines in place, as the table of a run does, and says what it writes to. */
const PAINTER = `
import { setTimeout } from 'node:timers/promises';
console.log('terminal', process.stdin.isTTY, process.stdout.isTTY, process.stdout.columns);
for (let step = 0; step < 5; step++) {
  process.stdout.write((step > 0 ? '\\x1b[2A' : '') + '\\x1b[2Kstep ' + step + '\\n\\x1b[2Kof 4\\n');
  await setTimeout(20);
}
`;

let workspace: NxWorkspace;
beforeAll(async () => {
  workspace = await createNxWorkspace('workspace');
  await workspace.write('packages/cli/bin/temper.js', PAINTER);
});
afterAll(async () => {
  await tmux('kill-server').catch(() => {});
  await workspace.dispose();
});

test('in a terminal, a pipeline has the terminal itself and its lines are repainted in place', async () => {
  const nx = join(workspace.root, 'node_modules/nx/dist/bin/nx.js');
  // The shell stays, so that the screen can be read; `wait-for` says when Nx is done.
  const line = `cd ${workspace.root} && NX_DAEMON=false '${process.execPath}' ${nx} run pipelines:alpaca-glm4:tiny`;
  await tmux('new-session', '-d', '-x', '93', '-y', '40', `${line}; tmux -L ${socket} wait-for -S done; cat`);
  await tmux('wait-for', 'done');
  const lines = (await tmux('capture-pane', '-p')).split('\n').map((text) => text.trimEnd());
  expect(lines).toContain('terminal true true 93');
  expect(lines.filter((text) => text.startsWith('step'))).toEqual(['step 4']);
  expect(await tmux('display', '-p', '#{cursor_flag}')).toBe('1\n');
});
