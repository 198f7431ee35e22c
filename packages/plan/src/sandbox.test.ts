import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluatePipeline } from './evaluate.ts';
import { createSandbox } from './sandbox.ts';

const emptyMap = '{"version":3,"sources":[],"names":[],"mappings":""}';

/** Evaluates the body of a bundled pipeline file; what it assigns to `module.exports.default` has to be a pipeline. */
function evaluate(
  code: string,
  options: { workspace?: string; env?: NodeJS.ProcessEnv; seconds?: number } = {},
) {
  const workspace = options.workspace ?? tmpdir();
  const sandbox = createSandbox(workspace, options.env ?? {});
  const bundle = { code, sourceMap: emptyMap, files: [] };
  const settings = { workspace, timeoutSeconds: options.seconds ?? 5 };
  const evaluated = evaluatePipeline('p', join(workspace, 'pipelines/p.ts'), bundle, sandbox, settings);
  return { outputs: evaluated.pipeline.outputs as unknown, reads: sandbox.reads };
}

/** Evaluates an expression and answers its value as the pipeline's only output. */
function value(expression: string, options?: Parameters<typeof evaluate>[1]) {
  const { outputs, reads } = evaluate(
    `module.exports.default = { type: 'pipeline', outputs: { value: ${expression} } }`,
    options,
  );
  return { value: (outputs as { value: unknown }).value, reads };
}

describe('a pipeline file may not depend on anything unseen', () => {
  it.each([
    ['reads the clock', 'Date.now()'],
    ['reads the clock', 'new Date()'],
    ['reads the clock', 'Date()'],
    ['reads the clock', 'performance.now()'],
    ['reads the clock', "require('node:perf_hooks').performance.now()"],
    ['draws randomness', 'Math.random()'],
    ['draws randomness', 'crypto.randomUUID()'],
    ['draws randomness', "require('crypto').randomBytes(4)"],
    ['uses the network', "fetch('https://example.org')"],
    ['uses the network', "require('node:http').get('http://127.0.0.1')"],
    ['starts a process', "require('node:child_process').execSync('true')"],
    ['starts a thread', "new (require('node:worker_threads').Worker)('x')"],
    ['waits for the clock', 'setTimeout(() => 1, 1)'],
    ['reads the machine', "require('node:os').hostname()"],
    ['writes to the file system or reads it unseen', "require('node:fs').writeFileSync('x', 'y')"],
    ['uses the file system asynchronously', "require('node:fs/promises').readFile('x')"],
    ['lists the environment; name the variable that it needs', 'Object.keys(process.env)'],
    ['requires `left-pad` at run time', "require('left-pad')"],
  ])('one that %s is refused: %s', (what, expression) => {
    expect(() => value(expression)).toThrow(
      expect.objectContaining({
        code: 'impure-pipeline',
        message: `a pipeline file must be pure, but this one ${what}`,
      }),
    );
  });

  it('importing such a module and not using it is nobody’s business', () => {
    expect(value("typeof require('node:child_process').spawn").value).toBe('function');
  });

  it('a date that is given is only a value', () => {
    expect(value("new Date('2026-01-02').getUTCFullYear()").value).toBe(2026);
    expect(value('Date.UTC(2026, 0)').value).toBe(Date.UTC(2026, 0));
  });

  it('digests are pure', () => {
    expect(
      value("require('node:crypto').createHash('sha256').update('').digest('hex').slice(0, 8)").value,
    ).toBe('e3b0c442');
  });
});

describe('what a pipeline file reads is recorded', () => {
  it('variables of the environment, also those that are not there', () => {
    const { value: seen, reads } = value("[process.env.SEED, process.env.SIZE, 'MODE' in process.env]", {
      env: { SEED: '7', HOME: '/root' },
    });
    expect(seen).toEqual(['7', undefined, false]);
    expect(Object.fromEntries(reads.environment)).toEqual({ SEED: '7', SIZE: undefined, MODE: undefined });
  });

  it('files, also those that are not there', async () => {
    const workspace = await mkdtemp(join(tmpdir(), 'temper-sandbox-'));
    onTestFinished(() => rm(workspace, { recursive: true }));
    await writeFile(join(workspace, 'seeds.json'), '[1, 2]');
    const fs = "require('node:fs')";
    const { value: seen, reads } = value(
      `[${fs}.readFileSync('seeds.json', 'utf8'), ${fs}.existsSync('more.json')]`,
      { workspace },
    );
    expect(seen).toEqual(['[1, 2]', false]);
    expect([...reads.files]).toEqual([join(workspace, 'seeds.json'), join(workspace, 'more.json')]);
  });
});

describe('a pipeline file that ends badly gets its own sentence', () => {
  it.each([
    ['for (;;);', 'endless-pipeline', 'p.ts did not finish within 0.1 s while it was read'],
    ["throw new TypeError('no')", 'pipeline-threw', 'p.ts threw while it was read: TypeError: no'],
    ["throw 'no'", 'pipeline-threw', 'p.ts threw while it was read: no'],
    ['', 'not-a-pipeline', 'p.ts does not export a pipeline: its default export is missing'],
    [
      'module.exports.default = { model: 1, report: 2 }',
      'not-a-pipeline',
      'p.ts does not export a pipeline: its default export is an object with model, report',
    ],
    [
      'module.exports.default = () => 1',
      'not-a-pipeline',
      'p.ts does not export a pipeline: its default export is a function',
    ],
  ])('%s', (code, reason, message) => {
    expect(() => evaluate(code, { seconds: 0.1 })).toThrow(
      expect.objectContaining({
        code: reason,
        message,
        where: { file: 'pipelines/p.ts', line: 1, column: 1 },
      }),
    );
  });
});
