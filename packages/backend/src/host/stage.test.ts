import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Rig, type RigJob } from '../conformance/rig/rig.ts';
import type { JobRequest, JobResult } from '../job.ts';
import { createBackend, launcherPid, prepare } from './backend.conformance.ts';

let tools: string;
let rig: Rig;
beforeAll(async () => {
  tools = await realpath(await mkdtemp(join(tmpdir(), 'temper-host-')));
  await prepare(tools);
});
afterAll(() => rm(tools, { recursive: true, force: true }));
beforeEach(async () => {
  const jobs = await realpath(await mkdtemp(join(tmpdir(), 'temper-jobs-')));
  const backend = createBackend({ tools, jobs, environment: process.env });
  rig = new Rig(backend, 'node', jobs, '', (handle) => launcherPid(tools, handle));
});
afterEach(() => rig.dispose());

/** Runs the body of an implementation as a stage of its own, bundled as stages are, its map beside it. */
async function run(
  body: string,
  overrides: Partial<JobRequest> = {},
): Promise<{ result: JobResult; job: RigJob }> {
  const { request, folder } = await rig.prepare({
    entry: 'code/stages/try/run.mjs',
    stageFolder: 'code/stages/try',
    ...overrides,
  });
  const source = [
    `class JobError extends Error {
      override name = 'JobError';
      constructor(public reason: string, message: string, public details: { hint?: string } = {}) { super(message); }
      get hint() { return this.details.hint; }
    }`,
    "import { readFileSync, writeFileSync } from 'node:fs';",
    `const run = async (job: any) => {\n${body}\n};`,
    "export default { type: 'implementation', run };",
  ].join('\n');
  const entry = join(tools, 'stages/try/run.ts');
  await mkdir(join(tools, 'stages/try'), { recursive: true });
  await writeFile(entry, source);
  const { outputFiles } = await build({
    entryPoints: [entry],
    outfile: join(tools, 'stages/try/run.mjs'),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    minify: true,
    sourcemap: 'external',
  });
  await mkdir(join(folder, 'code/stages/try'), { recursive: true });
  for (const { path, contents } of outputFiles)
    await writeFile(join(folder, 'code', path.slice(tools.length + 1)), contents);
  const job = await rig.submit(request, folder);
  return { result: (await job.ended()).result, job };
}

const write = "await job.outputs.thing.write('made', 'x'); return { thing: job.outputs.thing.written() };";

it('a stage that throws is named with the place in its source, and its log has the stack', async () => {
  const { result, job } = await run("const fail = () => { throw new RangeError('too much'); };\n\n  fail();");
  expect(result).toMatchObject({ outcome: 'failed', reason: 'code', exitCode: 1 });
  expect(result.message).toMatch(/^RangeError: too much \(stages\/try\/run\.ts:8:\d+\)$/);
  expect(job.read('log/err')).toMatch(/RangeError: too much\n\s+at .*stages\/try\/run\.ts:8:\d+/);
});

it('a stage that knows why it gives up is believed', async () => {
  const { result } = await run(
    "throw new JobError('bad-input', 'row 3 has no answer', { hint: 'look at row 3' });",
  );
  expect(result).toMatchObject({
    reason: 'bad-input',
    message: 'row 3 has no answer',
    hint: 'look at row 3',
  });
});

it('what is thrown need not be an error', async () => {
  const { result } = await run('throw { code: 7 };');
  expect(result.message).toBe('the stage threw {"code":7}, which is not an Error');
});

it('an exception that nobody caught ends the stage', async () => {
  const { result } = await run(
    "setTimeout(() => { throw new Error('later'); }, 1); await new Promise(() => undefined);",
  );
  expect(result.message).toMatch(/^Error: later \(stages\/try\/run\.ts:\d+:\d+\)$/);
});

it('a stage that waits for nothing has not ended well', async () => {
  const { result } = await run('await new Promise(() => undefined);');
  expect(result).toMatchObject({
    outcome: 'failed',
    reason: 'code',
    message: 'the stage stopped before it was done: nothing was left to wait for',
    hint: 'await every promise that the stage starts',
  });
});

it('a stage that exits has not ended well, whatever code it gives', async () => {
  const { result } = await run(write.replace('return', 'process.exit(0); return'));
  expect(result).toMatchObject({
    outcome: 'failed',
    message: 'the stage stopped before it was done: it called process.exit(0)',
    hint: 'return the outputs when they are written, and throw an error when the stage has to give up',
  });
});

it('a stage that leaves timers behind ends when it is done', async () => {
  const { result } = await run(`setInterval(() => undefined, 1000); ${write}`);
  expect(result.outcome).toBe('succeeded');
});

it('an output that is not returned is named', async () => {
  const { result } = await run("await job.outputs.thing.write('made', 'x'); return {};");
  expect(result).toMatchObject({
    reason: 'code',
    message: "the stage ended without returning its output 'thing'",
    hint: 'return { thing: … } with what writeRows(…) or written() gave',
  });
});

it('a file of the repository that is not declared is named, with how to declare it', async () => {
  const { result } = await run("readFileSync(new URL('./words.txt', import.meta.url), 'utf8');");
  expect(result.message).toMatch(
    /^the stage read stages\/try\/words\.txt, which it does not declare \(stages\/try\/run\.ts:\d+:\d+\)$/,
  );
  expect(result.hint).toBe("declare it in stages/try/stage.ts: files: ['./words.txt']");
});

it('a module that is imported by a computed name and not declared is named', async () => {
  const { result } = await run(
    "await import(new URL('../../packages/' + 'shared/tool.mjs', import.meta.url).href);",
  );
  expect(result.message).toMatch(/^the stage read packages\/shared\/tool\.mjs, which it does not declare/);
  expect(result.hint).toBe("declare it in stages/try/stage.ts: files: ['../../packages/shared/tool.mjs']");
});

it('a file that is required by a name that nobody can follow is named', async () => {
  const { result } = await run(
    "const { createRequire } = await import('node:module'); createRequire(import.meta.url)('./words.json');",
  );
  expect(result.message).toMatch(/^the stage read stages\/try\/words\.json, which it does not declare/);
  expect(result.hint).toBe("declare it in stages/try/stage.ts: files: ['./words.json']");
});

it('a path below the working folder is told how files reach a job', async () => {
  const { result } = await run("readFileSync('data/rows.json', 'utf8');");
  expect(result.message).toContain('the stage read data/rows.json, which it does not declare');
  expect(result.hint).toContain('job.external(…)');
});

it('a disk without space is named as such', async () => {
  const { result } = await run("writeFileSync('/dev/full', 'x');");
  expect(result).toMatchObject({ reason: 'no-space' });
  expect(result.message).toMatch(
    /^no space is left on the disk that holds the job's folder \(stages\/try\/run\.ts/,
  );
});

it('a stage that fills the heap ran out of memory', async () => {
  const { result } = await run('for (const held = []; ; ) held.push(new Array(1e5).fill(0.5));', {
    environment: { NODE_OPTIONS: '--max-old-space-size=40' },
  });
  expect(result).toMatchObject({ reason: 'out-of-memory', message: "the job filled Node's heap" });
});

it('a job sees its params, files, externals and inputs by their names', async () => {
  const source = join(rig.jobs, 'tree');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'rows.jsonl'), '{"n":1}\n{"n":2}\n');
  const input = { kind: 'rows', digest: 'd'.repeat(64), size: 16, source };
  const { result, job } = await run(
    `const rows = []; for await (const row of job.inputs.one.rows()) rows.push(row);
    await job.outputs.thing.writeJson('seen.json', {
      params: job.params, rows, many: job.inputs.two.map(({ kind, digest }) => [kind, digest.length]), absent: job.inputs.three === undefined,
      external: readFileSync(job.external('data/a.json'), 'utf8'), file: job.file('./x.txt').slice(process.cwd().length),
      pin: job.hubPin, environment: job.environment,
    });
    return { thing: job.outputs.thing.written() };`,
    {
      params: { seed: 42 },
      inputs: [
        { ...input, name: 'one', path: 'in/one', many: false },
        { ...input, name: 'two', path: 'in/two-0', many: true },
      ],
      externals: [
        {
          type: 'file',
          path: 'data/a.json',
          digest: '1',
          at: 'in/external/0/a.json',
          source: join(source, 'rows.jsonl'),
        },
        { type: 'hub', digest: '2', pin: { commit: 'c' } },
      ],
      environment: { HF_ENDPOINT: 'http://127.0.0.1' },
    },
  );
  expect(result.outcome).toBe('succeeded');
  expect(JSON.parse(job.read('out/thing/seen.json') ?? '')).toEqual({
    params: { seed: 42 },
    rows: [{ n: 1 }, { n: 2 }],
    many: [['rows', 64]],
    absent: true,
    external: '{"n":1}\n{"n":2}\n',
    file: '/code/stages/try/x.txt',
    pin: { commit: 'c' },
    environment: { HF_ENDPOINT: 'http://127.0.0.1' },
  });
});
