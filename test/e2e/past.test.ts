import { describe, expect, it } from 'vitest';
import { shareWorkspace, useWorkspace, type Workspace } from '../rig/workspace/index.ts';

const json = async (workspace: Workspace, ...words: readonly string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await workspace.temper([...words, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

describe('what is over', () => {
  const workspace = shareWorkspace(async (made) => {
    await made.edit('small/sum/run.ts', '  let total = 0;', "  console.log('adding up');\n  let total = 0;");
    await made.run('numbers');
    await made.run('numbers', ['-c', 'ten']);
    await made.run('numbers');
  });

  it('is listed by temper runs, newest last', async () => {
    expect((await workspace().temper(['runs'])).stdout).toBe(
      '1  numbers        succeeded  <time>  5 ran, 0 reused\n2  numbers (ten)  succeeded  <time>  5 ran, 0 reused\n3  numbers        succeeded  <time>  0 ran, 5 reused\n',
    );
    expect(await json(workspace(), 'runs')).toMatchObject({
      schema: 'temper.runs/1',
      runs: [
        {
          run: 1,
          pipeline: 'numbers',
          configuration: 'default',
          outcome: 'succeeded',
          ran: 5,
          reused: 0,
          failed: 0,
        },
        { run: 2, configuration: 'ten' },
        { run: 3, ran: 0, reused: 5 },
      ],
    });
  });

  it('is shown step by step, and by its number or as the last', async () => {
    const { stdout } = await workspace().temper(['show', '1']);
    expect(stdout).toContain('numbers: 5 steps, run 1\n');
    expect(stdout).toMatch(/^ {2}count +ran +<time> +numbers \d+ B +first run$/m);
    expect(stdout).toContain('  total → output/numbers/default/total\n');
    expect(await json(workspace(), 'show', 'last')).toMatchObject({ schema: 'temper.run/1', run: 3 });
  });

  it('tells of a step what it read and made, also when it was reused', async () => {
    const ran = await json(workspace(), 'show', '1', 'scale');
    expect(ran).toMatchObject({
      label: 'scale',
      outcome: 'ran',
      request: { params: { factor: 3 }, inputs: [{ name: 'numbers', kind: 'numbers' }] },
      outputs: { numbers: { kind: 'numbers' } },
    });
    const { request } = (await json(workspace(), 'show', '3', 'scale')) as {
      request: { params: unknown; inputs: { digest: string }[]; made: { pipeline: string } };
    };
    expect(request).toMatchObject({ params: { factor: 3 }, made: { pipeline: 'numbers', label: 'scale' } });
    expect(request.inputs[0]?.digest).toBe((ran as { request: typeof request }).request.inputs[0]?.digest);
    const { stdout } = await workspace().temper(['show', '3', 'scale']);
    expect(stdout).toMatch(/^ {2}reused +made \d{4}-.+ as numbers scale, in <time>$/m);
    expect(stdout).toMatch(/^ {2}→ numbers +numbers +\d+ B +[0-9a-f]{16}$/m);
    expect(stdout).toContain('    .temper/runs/3/steps/scale/numbers\n');
  });

  it('left logs, which are printed as they are', async () => {
    expect(await workspace().temper(['logs', '1', 'sum'])).toMatchObject({
      code: 0,
      stdout: 'adding up\n',
      stderr: '',
    });
    expect(await json(workspace(), 'logs', '1', 'sum')).toEqual({
      schema: 'temper.logs/1',
      run: 1,
      step: 'sum',
      log: '.temper/runs/1/steps/sum/output.log',
      lines: ['adding up'],
    });
    expect(await workspace().temper(['logs', 'last', 'sum'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'sum printed nothing in run 3; `temper show 3` says what became of it\n',
    });
  });

  it('left logs that the name of the pipeline finds, in the newest run in which the step printed something', async () => {
    expect(await json(workspace(), 'logs', 'numbers', 'sum')).toMatchObject({ run: 2, lines: ['adding up'] });
    expect(await json(workspace(), 'logs', 'numbers', 'sum', '-c', 'default')).toMatchObject({ run: 1 });
    expect(await workspace().temper(['logs', 'numbers', 'summ'])).toMatchObject({
      code: 2,
      stderr: '✗ run 3 has no step `summ`\n  hint: did you mean `sum`?\n',
    });
    expect(await workspace().temper(['logs', 'number', 'sum'])).toMatchObject({
      code: 2,
      stderr: '✗ no run of `number` has ended in this workspace yet\n  hint: run it: `temper run number`\n',
    });
  });

  it('is asked for by names that exist', async () => {
    expect(await workspace().temper(['logs', '1', 'summ'])).toMatchObject({
      code: 2,
      stderr: '✗ run 1 has no step `summ`\n  hint: did you mean `sum`?\n',
    });
    expect((await workspace().temper(['show', '9'])).stderr).toContain('there is no finished run `9`');
    expect((await workspace().temper(['logs', '9', 'sum'])).code).toBe(2);
  });
});

describe('a run that goes on', () => {
  it('is listed, shown and followed until its step has ended', async () => {
    const workspace = await useWorkspace();
    await workspace.edit('small/hold/run.ts', 'const order =', 'console.log("held");\n  const order =');
    await workspace.edit(
      'small/hold/run.ts',
      "if (order !== 'finish')",
      "console.log('let go');\n  if (order !== 'finish')",
    );
    const running = workspace.startRun('held', ['--jobs', '2']);
    const job = await workspace.hand.job('first');
    expect((await workspace.temper(['runs'])).stdout).toMatch(/^1 +held +unfinished +1 ran, 0 reused$/m);
    expect((await workspace.temper(['show', '1'])).stdout).toMatch(/^ {2}hold:first +unfinished$/m);
    const followed = workspace.temper(['logs', '1', 'hold:first', '-f']);
    await job.finish();
    expect(await followed).toMatchObject({ code: 0, stdout: 'held\nlet go\n' });
    await workspace.hand.letGo('second');
    expect((await running.ended).code).toBe(0);
  });
});
