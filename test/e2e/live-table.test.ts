import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository, useWorkspace, type Workspace } from '../rig/workspace/index.ts';
import { openTerminal, type Terminal } from '../rig/terminal.ts';

interface Shape {
  readonly columns: number;
  readonly rows: number;
  readonly locale?: string;
  /** Whether Nx starts it. */
  readonly nx?: boolean;
}

const bin = join(repository, 'packages/cli/bin/temper.js');
const nxBin = join(repository, 'node_modules/nx/dist/bin/nx.js');

/** Runs the pipeline with two jobs in the test's hand; each says how far it is before it waits. */
async function runHeld({
  columns,
  rows,
  locale = 'C.UTF-8',
  nx = false,
}: Shape): Promise<{ workspace: Workspace; terminal: Terminal }> {
  const workspace = await useWorkspace();
  const implementation = 'small/hold/run.ts';
  await workspace.edit(implementation, 'outputs, signal }', 'outputs, signal, progress }');
  await workspace.edit(
    implementation,
    '  const order =',
    `  const losses = [4, 3, 2.5, 2, 1.5, 1.2345];
  for (const [at, loss] of losses.entries())
    progress(at + 1, 60, { loss, tokensPerSecond: 311.7, gpuMemory: 3 * 2 ** 30 });
  const order =`,
  );
  if (nx) {
    for (const name of ['nx.json', '.env'])
      await workspace.write(name, await readFile(join(repository, name), 'utf8'));
    for (const name of ['cli', 'nx-plugin'])
      await symlink(join(repository, 'packages', name), join(workspace.root, 'packages', name));
  }
  const words = nx ? [nxBin, 'run', 'pipelines:held', '--'] : [bin, 'run', 'held'];
  const terminal = await openTerminal([process.execPath, ...words, '--jobs', '2'], {
    cwd: workspace.root,
    env: { TEMPER_HOME: workspace.home, HAND: workspace.hand.folder, LC_ALL: locale, NX_DAEMON: 'false' },
    columns,
    rows,
  });
  return { workspace, terminal };
}

/**
 * Events come one by one; the last of each job is the sixth. To the ends of the lines, since the screen may be read
 * while the terminal is still writing a frame on it.
 */
const bothCounted = [
  /hold:first .* 6\/60 .*( left| 还需 .*s)$/,
  /hold:second .* 6\/60 .*( left| 还需 .*s)$/,
  /(1 of 5 steps|1\/5 步) {2}.*s$/,
];

/** Times are different in every run, and so is a pace. */
const timeless = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/\b(\d+h \d\dm|\d+m \d\ds|\d+(\.\d)? s)(?!\w)/g, '<time>'));

/** What stands on the screen while both jobs are held, whoever started the command. */
const tableOfTwo = [
  'held: 5 steps, run 1',
  '✓ count        ran in <time>',
  '> hold:first   ━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  6/60  <time>  █▆▄▃▁▁ 1.2345  312 tok/s  GPU 3.0 GiB  <time> left',
  '> hold:second  ━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  6/60  <time>  █▆▄▃▁▁ 1.2345  312 tok/s  GPU 3.0 GiB  <time> left',
  '  1 of 5 steps  <time>',
];

describe('the table of a run, in a terminal', () => {
  it('shows what runs, and leaves plain lines behind', async () => {
    const { workspace, terminal } = await runHeld({ columns: 110, rows: 20 });
    await workspace.hand.job('first');
    await workspace.hand.job('second');
    expect(timeless(await terminal.shows(...bothCounted))).toEqual(tableOfTwo);
    expect(await terminal.cursorIsVisible()).toBe(false);

    await workspace.hand.letGo('first');
    await terminal.shows('✓ sum:left');
    await workspace.hand.letGo('second');
    expect(await terminal.ended()).toBe(0);
    expect(timeless(await terminal.screen())).toEqual([
      'held: 5 steps, run 1',
      '✓ count        ran in <time>',
      '✓ hold:first   ran in <time>',
      '✓ sum:left     ran in <time>',
      '✓ hold:second  ran in <time>',
      '✓ sum:right    ran in <time>',
      'done in <time>: 5 ran, 0 reused',
      '  left → output/held/default/left',
      '  right → output/held/default/right',
    ]);
    expect(await terminal.cursorIsVisible()).toBe(true);
  });

  it('keeps to the height of a small terminal, and to its width when that shrinks', async () => {
    const { workspace, terminal } = await runHeld({ columns: 60, rows: 3 });
    await workspace.hand.job('first');
    await workspace.hand.job('second');
    expect(timeless(await terminal.shows('1 more running'))[1]).toBe(
      '  1 of 5 steps  <time>  1 more running',
    );
    await terminal.resize(30, 12);
    await terminal.shows('> hold:second');
    const lines = await terminal.shows('  1 of 5 steps');
    // Nothing of the earlier frames is left over, and no line wraps.
    expect(lines.filter((line) => line.includes('hold:first'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('1 of 5'))).toHaveLength(1);
  });

  it('counts two cells for a Chinese character', async () => {
    const { workspace, terminal } = await runHeld({ columns: 110, rows: 10, locale: 'zh_CN.UTF-8' });
    await workspace.hand.job('first');
    await workspace.hand.job('second');
    expect(timeless(await terminal.shows(...bothCounted))).toEqual([
      'held：共 5 步，第 1 次运行',
      '✓ count        完成，用时 <time>',
      '> hold:first   ━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  6/60  <time>  █▆▄▃▁▁ 1.2345  312 词元/秒  GPU 3.0 GiB  还需 <time>',
      '> hold:second  ━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  6/60  <time>  █▆▄▃▁▁ 1.2345  312 词元/秒  GPU 3.0 GiB  还需 <time>',
      '  1/5 步  <time>',
    ]);
  });

  it('is the same under Nx', async () => {
    const { workspace, terminal } = await runHeld({ columns: 110, rows: 30, nx: true });
    await workspace.hand.job('first');
    await workspace.hand.job('second');
    const lines = timeless(await terminal.shows(...bothCounted));
    expect(lines.slice(lines.indexOf('held: 5 steps, run 1'))).toEqual(tableOfTwo);
    expect(await terminal.cursorIsVisible()).toBe(false);
    await workspace.hand.letGo('first');
    await workspace.hand.letGo('second');
    expect(await terminal.ended()).toBe(0);
    const after = await terminal.screen();
    expect(after.filter((line) => line.startsWith('>')).length, after.join('\n')).toBe(1);
    expect(after).toContain('  left → output/held/default/left');
    expect(await terminal.cursorIsVisible()).toBe(true);
  });

  it('is taken away under Nx, too, when Ctrl-C ends the run', async () => {
    const { workspace, terminal } = await runHeld({ columns: 80, rows: 30, nx: true });
    await workspace.hand.job('first');
    await terminal.shows('> hold:first');
    await terminal.press('C-c');
    await terminal.ended();
    const after = await terminal.screen();
    expect(
      after.some((line) => line.startsWith('> hold')),
      after.join('\n'),
    ).toBe(false);
    expect(await terminal.cursorIsVisible()).toBe(true);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('gives the cursor back after %s', async (signal, code) => {
    const { workspace, terminal } = await runHeld({ columns: 80, rows: 12 });
    await workspace.hand.job('first');
    await terminal.shows('> hold:first');
    expect(await terminal.cursorIsVisible()).toBe(false);
    process.kill(await terminal.commandPid(), signal);
    expect(await terminal.ended()).toBe(code);
    expect(await terminal.cursorIsVisible()).toBe(true);
    expect((await terminal.screen()).filter((line) => line.startsWith('>'))).toEqual([]);
  });
});
