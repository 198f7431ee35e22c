/** Stages that misbehave and data that is wrong: the whole message, as the command prints it. */
import { expect, it } from 'vitest';
import { shareWorkspace } from '../rig/workspace/index.ts';

const shared = shareWorkspace((workspace) => workspace.run('misbehaved', ['--until', 'count']));

/** Lets the stage fail in one way, and answers what the command says of it. */
async function failure(how: string): Promise<string> {
  const run = await shared().run('misbehaved', ['--set', `misbehave.how=${how}`]);
  expect(run).toMatchObject({ code: 1, result: { outcome: 'failed', outputs: {} } });
  expect(run.outcomes).toMatchObject({ misbehave: 'failed', sum: 'skipped' });
  return withoutNumbers(run.stderr);
}

function withoutNumbers(text: string): string {
  return text.replace(/runs\/\d+/g, 'runs/<run>').replace(/[0-9a-f]{64}/g, '<digest>');
}

it('a stage that throws', async () => {
  expect(await failure('throw')).toMatchInlineSnapshot(`
    "✗ misbehave failed: RangeError: the number 7 is out of range (small/misbehave/run.ts:45:11)
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      log:  .temper/runs/<run>/steps/misbehave/output.log
      the last 3 lines of the log:
      │ RangeError: the number 7 is out of range
      │     at Object.throw (small/misbehave/run.ts:45:11)
      │     at Object.run (small/misbehave/run.ts:62:17)
    "
  `);
  expect(await failure('throw-text')).toMatchInlineSnapshot(`
    "✗ misbehave failed: the stage threw "out of paper", which is not an Error
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      log:  .temper/runs/<run>/steps/misbehave/output.log
      the last line of the log:
      │ the stage threw "out of paper", which is not an Error
    "
  `);
});

it('a stage that gives up in its own words', async () => {
  expect(await failure('refuse')).toMatchInlineSnapshot(`
    "✗ misbehave failed: there are 4 numbers and 5 are needed
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      hint: count further
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
});

it('a stage that exits, is killed, or waits for what never comes', async () => {
  expect(await failure('exit')).toMatchInlineSnapshot(`
    "✗ misbehave failed: the stage stopped before it was done: it called process.exit(3)
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      hint: return the outputs when they are written, and throw an error when the stage has to give up
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
  expect(await failure('kill')).toMatchInlineSnapshot(`
    "✗ misbehave failed: the job was killed by SIGKILL and gave no reason
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
  expect(await failure('forget')).toMatchInlineSnapshot(`
    "✗ misbehave failed: the stage stopped before it was done: nothing was left to wait for
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      hint: await every promise that the stage starts
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
});

it('a stage that prints binary', async () => {
  const said = await failure('binary');
  expect(said).toMatchInlineSnapshot(`
    "✗ misbehave failed: Error: printed binary (small/misbehave/run.ts:16:11)
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      log:  .temper/runs/<run>/steps/misbehave/output.log
      the last 5 lines of the log:
      │ b·[2J·��
      │ readable after all
      │ Error: printed binary
      │     at Object.binary (small/misbehave/run.ts:16:11)
      │     at Object.run (small/misbehave/run.ts:62:17)
    "
  `);
  expect(said).not.toContain('\u001b');
});

it('a stage that writes nothing, or less than it promised', async () => {
  expect(await failure('nothing')).toMatchInlineSnapshot(`
    "✗ misbehave failed: the job ended well but wrote nothing into its output 'numbers' (out/numbers/)
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
});

it('a stage that writes elsewhere, or leads there', async () => {
  expect(await failure('elsewhere')).toMatchInlineSnapshot(`
    "✗ misbehave failed: the job wrote 'out/extra', which is none of its outputs (out/numbers)
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
  expect(await failure('link')).toMatchInlineSnapshot(`
    "✗ misbehave failed: 'out/numbers/hostname' is a symbolic link; outputs are made of regular files
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
});

it('a stage that writes what no store can keep', async () => {
  expect((await failure('pipe')).split('\n')[0]).toMatchInlineSnapshot(
    `"✗ misbehave failed: 'out/numbers/pipe' is a FIFO; outputs are made of regular files"`,
  );
  expect((await failure('newline')).split('\n')[0]).toMatchInlineSnapshot(
    `"✗ "two\\nlines" cannot be part of an artifact: its name holds a control character"`,
  );
});

it.runIf(process.getuid?.() === 0)('a stage that makes a device', async () => {
  expect((await failure('device')).split('\n')[0]).toMatchInlineSnapshot(
    `"✗ misbehave failed: 'out/numbers/null' is a device; outputs are made of regular files"`,
  );
});

it('a stage that reads a file it does not declare', async () => {
  const [message] = (await failure('undeclared')).split('  log:');
  expect(message).toMatchInlineSnapshot(`
    "✗ misbehave failed: the stage read small/misbehave/secret.txt, which it does not declare (small/misbehave/run.ts:62:3)
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      hint: declare it in small/misbehave/stage.ts: files: ['./secret.txt']
    "
  `);
});

it('a stage that writes into its input; nobody is served what it wrote', async () => {
  expect(await failure('write-input')).toMatchInlineSnapshot(`
    "✗ misbehave wrote into its input \`numbers\`: rows.jsonl has 10 bytes instead of 32
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      hint: copy what you want to change into an output; the changed input was put into quarantine
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
  const next = await shared().run('misbehaved');
  expect(next).toMatchObject({ code: 0, outcomes: { count: 'ran', misbehave: 'ran', sum: 'ran' } });
  expect(next.stdout).toContain('> count      started: rows.jsonl is gone\n');
});

it('a stage that makes rows which its kind refuses', async () => {
  expect(await failure('bad-row')).toMatchInlineSnapshot(`
    "✗ the output \`numbers\` of misbehave is not what its kind “numbers” asks for: 3 of 5 rows do not fit
      row 2: n: takes a number, not "two"
      row 4: not JSON
      row 5: the row: \`m\` is not part of it
        pipelines/misbehaved.ts:8:27
        const { numbers: made } = misbehave({ numbers });
                                  ~~~~~~~~~
      log:  .temper/runs/<run>/steps/misbehave/output.log
    "
  `);
});

it('a stage that never ends, until somebody ends it', async () => {
  const running = shared().startRun('misbehaved', ['--set', 'misbehave.how=hang']);
  await running.says('> misbehave');
  running.kill('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
  expect(stdout.split('\n').slice(1).join('\n')).toMatchInlineSnapshot(`
    "= 1 reused (<time> saved): count
    > misbehave  started: how "behave" → "hang"
    stopping: steps get <time> to save a checkpoint; press Ctrl-C again to stop at once
    - misbehave  cancelled
    - sum        cancelled
    cancelled after <time>; run the same command again to go on
    "
  `);
});

it('bad rows of a data file, by number, field and reason', async () => {
  const workspace = shared();
  const rows = [
    { instruction: '1 + 1?', input: '', output: '2' },
    { instruction: '1 + 2?', input: '', output: 3 },
    { instruction: '', input: '', output: '4' },
    { instruction: '1 + 4?', input: '' },
    { instruction: '1 + 5?', input: '', output: '6', source: 'a book' },
  ];
  await workspace.write('data/rows.json', JSON.stringify(rows));
  await workspace.write(
    'pipelines/rows.ts',
    [
      "import { pipeline } from '@temper/pipeline';",
      "import { loadRows } from '@temper/stages';",
      '',
      "const { rows } = loadRows({ from: 'file', path: 'data/rows.json' });",
      'export default pipeline({ rows });',
      '',
    ].join('\n'),
  );
  const bad = await workspace.run('rows');
  expect(bad.code).toBe(1);
  expect(withoutNumbers(bad.stderr).split('  the last ')[0]).toMatchInlineSnapshot(`
    "✗ load-rows failed: 4 of 5 rows of data/rows.json do not fit the alpaca format
      row 2: output: takes a text, not 3
      row 3: instruction: is empty
      row 4: output: is missing
      row 5: the row: \`source\` is not part of it
        pipelines/rows.ts:4:18
        const { rows } = loadRows({ from: 'file', path: 'data/rows.json' });
                         ~~~~~~~~
      hint: mend or remove these rows; nothing was kept
      log:  .temper/runs/<run>/steps/load-rows/output.log
    "
  `);

  await workspace.write('data/rows.json', '[{"instruction": "1 + 1?", "output": "2"},\n {"instruction":');
  expect(withoutNumbers((await workspace.run('rows')).stderr).split('  the last ')[0]).toMatchInlineSnapshot(`
    "✗ load-rows failed: data/rows.json:2:17: the file ends within row 2, which begins at data/rows.json:2:2
        pipelines/rows.ts:4:18
        const { rows } = loadRows({ from: 'file', path: 'data/rows.json' });
                         ~~~~~~~~
      hint: mend the file at that place, or export it again
      log:  .temper/runs/<run>/steps/load-rows/output.log
    "
  `);
});
