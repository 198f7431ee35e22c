import { createHash } from 'node:crypto';
import { chmod, cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanResult } from '@temper/run';
import { describe, expect, it } from 'vitest';
import { shareWorkspace, useWorkspace, type Ran } from '../rig/workspace/index.ts';
import { linkFiles } from '../rig/workspace/install.ts';

const all = (outcome: string) => ({
  count: outcome,
  scale: outcome,
  sum: outcome,
  parity: outcome,
  describe: outcome,
});

describe('after a first run, which makes everything', () => {
  let first: Ran;
  const shared = shareWorkspace(async (workspace) => {
    first = await workspace.run('numbers');
    expect(first).toMatchObject({ code: 0, stderr: '', outcomes: all('ran') });
  });

  it('the second run makes nothing', async () => {
    const second = await shared().run('numbers');
    expect(second).toMatchObject({ code: 0, stderr: '', outcomes: all('reused') });
    expect(second.stdout.replace(/: (count|scale|sum|parity|describe|, )+/, ': …')).toBe(
      [
        'numbers: 5 steps, run 2',
        '= 5 reused (<time> saved): …',
        'everything is up to date: 5 steps reused, <time> saved, in <time>',
        '  total → output/numbers/default/total',
        '  description → output/numbers/default/description',
        '',
      ].join('\n'),
    );
    expect(digests(second)).toEqual(digests(first));
  });

  it('a changed param runs its step and what reads other bytes because of it', async () => {
    const workspace = shared();
    const changed = await workspace.run('numbers', ['--set', 'scale.factor=5']);
    expect(changed.outcomes).toEqual({ ...all('reused'), scale: 'ran', sum: 'ran' });
    expect(reasons(changed)).toEqual({
      scale: ['factor 3 → 5'],
      sum: ['input numbers: changed because scale ran'],
    });
    expect(await workspace.read('output/numbers/default/total/text.txt')).toBe('60\n');

    const back = await workspace.run('numbers');
    expect(back.outcomes).toEqual(all('reused'));
    expect(await workspace.read('output/numbers/default/total/text.txt')).toBe('40\n');
  });

  it('a step that ran and made the same bytes leaves everything after it alone', async () => {
    // Odd, even, odd, even: as before, of other numbers.
    const shifted = await shared().run('numbers', ['--set', 'count.from=3', '--set', 'count.to=6']);
    expect(shifted.outcomes).toEqual({ ...all('ran'), describe: 'reused' });
  });

  it('another pipeline that asks for the same steps shares their results', async () => {
    const workspace = shared();
    const renamed = (await workspace.read('pipelines/numbers.ts')).replaceAll('scaled', 'tripled');
    await workspace.write('pipelines/other.ts', renamed);
    expect((await workspace.run('other')).outcomes).toEqual(all('reused'));
  });

  it('a configuration has a folder of its own in output/, with each output by its name', async () => {
    const workspace = shared();
    const ten = await workspace.run('numbers', ['-c', 'ten']);
    expect(await workspace.read('output/numbers/ten/total/text.txt')).toBe('220\n');
    expect(await workspace.read('output/numbers/ten/description/text.txt')).toBe('5 are odd\n');
    expect(await workspace.read('output/numbers/default/description/text.txt')).toBe('2 are odd\n');
    expect(Object.values(ten.result?.outputs ?? {}).map(({ path }) => path)).toEqual([
      'output/numbers/ten/total',
      'output/numbers/ten/description',
    ]);
  });

  it('a folder in output/ loses whatever the run did not confirm', async () => {
    const workspace = shared();
    await workspace.run('numbers');
    await workspace.write('output/numbers/default/stray/text.txt', 'not of this run\n');
    // The answer comes from memory here unless the folder itself is looked at.
    await workspace.run('numbers');
    expect(await readdir(join(workspace.root, 'output/numbers/default'))).toEqual(['description', 'total']);
  });

  it('output/ is made again from the store when it was deleted', async () => {
    const workspace = shared();
    await workspace.remove('output');
    expect((await workspace.run('numbers')).outcomes).toEqual(all('reused'));
    expect(await workspace.read('output/numbers/default/total/text.txt')).toBe('40\n');
  });
});

it.each([
  ['emptied, as a power cut leaves them', ''],
  ['something else', '{ "neither": "here nor there"'],
  ['of another shape', 'null'],
])('what is remembered between runs may be %s', async (_, content) => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  for (const folder of [join(workspace.root, '.temper/index'), join(workspace.home, 'names')]) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const { parentPath, name } of files) await writeFile(join(parentPath, name), content);
  }
  const again = await workspace.run('numbers');
  expect(again).toMatchObject({ code: 0, stderr: '', outcomes: all('reused') });
});

it('a copy of a workspace, brought along with what that remembers, looks at its own files', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  await workspace.run('numbers');
  const copy = `${workspace.root}-copy`;
  await cp(workspace.root, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => path !== join(workspace.root, 'node_modules'),
  });
  await linkFiles(join(workspace.root, 'node_modules'), join(copy, 'node_modules'));
  const plan = async (): Promise<Record<string, string>> => {
    const { stdout } = await workspace.temper(['plan', 'numbers', '--json'], { cwd: copy });
    const { steps } = JSON.parse(stdout) as PlanResult;
    return Object.fromEntries(steps.map(({ label, action }) => [label, action]));
  };
  expect(await plan()).toEqual(all('reuse'));
  const times = join(copy, 'small/scale/times.ts');
  await writeFile(times, (await readFile(times, 'utf8')).replace('n * factor', 'n * factor + 1'));
  expect(await plan()).toMatchObject({ count: 'reuse', scale: 'run', sum: 'may-run' });
});

it('what is read from outside counts however it is reached: through a link, or in the depth of a folder', async () => {
  const workspace = await useWorkspace();
  await workspace.write('small/list/stage.ts', listStage);
  await workspace.write('small/list/run.ts', listRun);
  await workspace.write('pipelines/list.ts', listPipeline);
  await workspace.write('data/v1/deep/a.txt', 'one\n');
  await workspace.write('data/v2/deep/a.txt', 'two\n');
  const current = join(workspace.root, 'data/current');
  const planned = async (): Promise<string> => (await workspace.temper(['plan', 'list'])).stdout;
  await symlink('v1', current);
  await workspace.run('list');
  await workspace.run('list');
  expect(await planned()).toContain('everything is up to date');

  await rm(current);
  await symlink('v2', current);
  expect(await planned()).toContain('external data/current changed');
  await rm(current);
  await symlink('v1', current);
  await workspace.run('list');
  expect(await planned()).toContain('everything is up to date');

  await writeFile(join(workspace.root, 'data/v1/deep/a.txt'), 'eno\n');
  expect(await planned()).toContain('external data/current changed');
});

it('an edited helper reruns the step that imports it, a comment reruns nothing', async () => {
  const workspace = await useWorkspace();
  const words = ['--until', 'scale'];
  await workspace.run('numbers', words);
  await workspace.edit('small/scale/times.ts', 'export', '/** As in school. */\nexport');
  expect((await workspace.run('numbers', words)).outcomes).toMatchObject({ scale: 'reused' });

  await workspace.edit('small/scale/times.ts', 'n * factor', 'factor * n');
  const edited = await workspace.run('numbers', words);
  expect(edited.outcomes).toMatchObject({ count: 'reused', scale: 'ran' });
  expect(reasons(edited)).toEqual({ scale: ['code: times() in small/scale/times.ts'] });
});

it('JSON that a stage imports counts by its values', async () => {
  const workspace = await useWorkspace();
  const times = (await workspace.read('small/scale/times.ts')).replace(
    'n * factor',
    'n * factor * more.times',
  );
  await workspace.write('small/scale/more.json', '{ "times": 1 }');
  await workspace.write(
    'small/scale/times.ts',
    `import more from './more.json' with { type: 'json' };\n${times}`,
  );
  expect((await workspace.run('numbers')).outcomes).toEqual(all('ran'));

  await workspace.write('small/scale/more.json', '{\n  "times": 1\n}\n');
  expect((await workspace.run('numbers')).outcomes).toEqual(all('reused'));

  await workspace.write('small/scale/more.json', '{ "times": 2 }');
  const doubled = await workspace.run('numbers');
  expect(doubled.outcomes).toEqual({ ...all('reused'), scale: 'ran', sum: 'ran' });
  expect(reasons(doubled)['scale']).toEqual([expect.stringContaining('small/scale/more.json')]);
});

it('a file of an artifact that has another name makes another artifact', async () => {
  const workspace = await useWorkspace();
  const write = "await outputs.numbers.write('first.txt', 'the same');\n  return {";
  await workspace.edit('small/count/run.ts', 'return {', write);
  expect((await workspace.run('numbers')).outcomes).toEqual(all('ran'));

  await workspace.edit('small/count/run.ts', 'first.txt', 'second.txt');
  const renamed = await workspace.run('numbers');
  expect(renamed.outcomes).toEqual({ ...all('ran'), sum: 'ran', describe: 'reused' });
  expect(reasons(renamed)['parity']).toEqual(['input numbers: changed because count ran']);
});

it('why tells what differs from the newest result, or from that of a past run', async () => {
  const workspace = await useWorkspace();
  const first = await workspace.run('numbers', ['--until', 'scale']);
  await workspace.run('numbers', ['--until', 'scale', '--set', 'scale.factor=7']);
  const why = async (...words: readonly string[]) =>
    (await workspace.temper(['why', 'numbers', 'scale', ...words])).stdout;
  expect(await why('--against', 'last')).toBe('scale  reuse\n  factor 7 → 3\n');
  expect(await why('--against', String(first.result?.run))).toContain(
    `nothing differs from its result of run ${String(first.result?.run)}\n`,
  );
  await workspace.edit('small/scale/times.ts', 'n * factor', 'factor * n');
  expect(await why('--set', 'scale.factor=7')).toBe(
    [
      'scale  run',
      '  code: times() in small/scale/times.ts',
      '      export function times(n, factor) {',
      '    -   return n * factor;',
      '    +   return factor * n;',
      '      }',
      '',
    ].join('\n'),
  );
});

it('a blob that was flipped while its tree was gone makes its step run again, and nothing else', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  const store = join(workspace.home, 'store');
  const text = await readFile(join(workspace.root, 'output/numbers/default/description/text.txt'));
  const digest = createHash('sha256').update(text).digest('hex');
  await rm(join(store, 'trees'), { recursive: true });
  const blob = join(store, 'blobs/sha256', digest.slice(0, 2), digest);
  await chmod(blob, 0o644);
  await writeFile(
    blob,
    text.map((byte) => byte ^ 1),
  );
  const mended = await workspace.run('numbers');
  expect(mended).toMatchObject({ code: 0, outcomes: { ...all('reused'), describe: 'ran' } });
  expect(mended.stdout).toContain(
    'text.txt has other bytes than its digest says; it was put into quarantine',
  );
  expect(await workspace.read('output/numbers/default/description/text.txt')).toBe(text.toString());
});

it('stages in TypeScript need nothing of Python', async () => {
  const workspace = await useWorkspace();
  await workspace.remove('packages/trl-backend');
  expect(await workspace.run('numbers')).toMatchObject({ code: 0, stderr: '', outcomes: all('ran') });
});

it('a step that waits is told with what differs whatever it will read', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  const words = ['numbers', '--set', 'count.to=5', '--set', 'scale.factor=5', '--force', 'parity'];
  const planned = await workspace.temper(['plan', ...words, '--json']);
  const { steps } = JSON.parse(planned.stdout) as PlanResult;
  const waiting = (path: string, text: string) => ({ code: 'input', path, text });
  expect(steps.slice(1).map(({ label, action, reasons: told }) => ({ label, action, told }))).toEqual([
    {
      label: 'scale',
      action: 'may-run',
      told: [
        waiting('numbers', 'input numbers: waits for count'),
        { code: 'params', path: 'factor', from: '3', to: '5', text: 'factor 3 → 5' },
      ],
    },
    {
      label: 'sum',
      action: 'may-run',
      told: [waiting('numbers', 'input numbers: waits for count and scale')],
    },
    {
      label: 'parity',
      action: 'may-run',
      told: [waiting('numbers', 'input numbers: waits for count'), { code: 'forced', text: 'forced' }],
    },
    {
      label: 'describe',
      action: 'may-run',
      told: [waiting('parities', 'input parities: waits for parity')],
    },
  ]);
});

it('plan says beforehand what run does', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers', ['--until', 'scale']);
  const words = ['numbers', '--set', 'count.to=5'];
  const planned = await workspace.temper(['plan', ...words]);
  expect(planned).toMatchObject({ code: 0, stderr: '' });
  expect(planned.stdout).toBe(
    [
      '> count     run      to 4 → 5  about <time>',
      '? scale     may run  input numbers: waits for count  about <time>',
      '? sum       may run  input numbers: waits for count and scale, first run',
      '? parity    may run  input numbers: waits for count, first run',
      '? describe  may run  input parities: waits for parity, first run',
      '0 to reuse, 1 to run, 4 that may run',
      '',
    ].join('\n'),
  );
  expect((await workspace.temper(['plan', ...words, '--check'])).code).toBe(10);
  expect((await workspace.run('numbers', words.slice(1))).outcomes).toEqual(all('ran'));
  const after = await workspace.temper(['plan', ...words, '--check']);
  expect(after.code).toBe(0);
  expect(after.stdout).toContain('everything is up to date: 5 steps to reuse\n');
});

it('a new checkout beside the store says what differs from what another one made', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  await workspace.remove('.temper');
  const { stdout } = await workspace.temper(['plan', 'numbers', '--set', 'scale.factor=7']);
  expect(stdout).toMatch(/^> scale +run +factor 3 → 7/m);
  expect(stdout).not.toContain('first run');
  const other = await workspace.temper(['plan', 'numbers', '-c', 'ten']);
  expect(other.stdout).toMatch(/^> count +run +first run/m);
});

const listStage = `import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { text } from '../kinds/text.ts';

export const list = defineStage(import.meta.url, {
  name: 'list',
  params: z.strictObject({ path: z.string() }),
  outputs: { names: text },
  runs: host('./run.ts'),
  pins: ({ path }) => [{ type: 'folder', path }],
});
`;
const listRun = `import { implement } from '@temper/pipeline/job';
import { readdirSync } from 'node:fs';
import type { list } from './stage.ts';

export default implement<typeof list>(async (job) => {
  const names = readdirSync(job.external(job.params.path), { recursive: true });
  await job.outputs.names.write('text.txt', names.join());
  return { names: job.outputs.names.written() };
});
`;
const listPipeline = `import { pipeline } from '@temper/pipeline';
import { list } from '../small/list/stage.ts';

const { names } = list({ path: 'data/current' });

export default pipeline({ names });
`;

function digests({ result }: Ran): unknown {
  return result?.steps.map(({ outputs }) => Object.values(outputs).map(({ digest }) => digest));
}

/** The reasons of the steps that ran. */
function reasons({ result }: Ran): Readonly<Record<string, readonly string[]>> {
  const ran = (result?.steps ?? []).filter(({ outcome }) => outcome === 'ran');
  return Object.fromEntries(ran.map((step) => [step.label, step.reasons.map(({ text }) => text)]));
}
