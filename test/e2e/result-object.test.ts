import { describe, expect, it } from 'vitest';
import { shareWorkspace } from '../rig/workspace/index.ts';

const anyDigest = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
const anySeconds = expect.any(Number) as number;

describe('what programs read', () => {
  const shared = shareWorkspace((workspace) => workspace.run('numbers', ['--until', 'scale']));

  it('--json prints the result object and nothing else on stdout; people read stderr', async () => {
    const { code, stdout, stderr } = await shared().temper([
      ...['run', 'numbers', '--json', '--until', 'scale'],
      ...['--set', 'scale.factor=4'],
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('> scale     started: factor 3 → 4\n');
    expect(JSON.parse(stdout)).toEqual({
      schema: 'temper.run/1',
      run: 2,
      pipeline: 'numbers',
      configuration: 'default',
      outcome: 'succeeded',
      pinned: false,
      seconds: anySeconds,
      exitCode: 0,
      steps: [
        {
          label: 'count',
          stage: 'count',
          variable: 'numbers',
          outcome: 'reused',
          reasons: [],
          fingerprint: anyDigest,
          seconds: 0,
          savedSeconds: anySeconds,
          outputs: { numbers: numbers(32, '.temper/runs/2/steps/count/numbers') },
        },
        {
          label: 'scale',
          stage: 'scale',
          variable: 'scaled',
          outcome: 'ran',
          reasons: [{ code: 'params', path: 'factor', from: '3', to: '4', text: 'factor 3 → 4' }],
          fingerprint: anyDigest,
          seconds: anySeconds,
          outputs: { numbers: numbers(34, '.temper/runs/2/steps/scale/numbers') },
        },
        skipped('sum', 'total'),
        skipped('parity', 'parities'),
        skipped('describe', 'description'),
      ],
      outputs: {},
    });
    expect(await shared().read('.temper/runs/2/steps/scale/numbers/rows.jsonl')).toBe(
      '{"n":4}\n{"n":8}\n{"n":12}\n{"n":16}\n',
    );
  });

  it('the result file holds what the run’s folder keeps, and the exit code', async () => {
    const workspace = shared();
    const { result } = await workspace.run('numbers', ['-c', 'ten']);
    expect(result).toMatchObject({ configuration: 'ten', outcome: 'succeeded' });
    expect(result?.outputs).toEqual({
      total: { kind: 'text', digest: anyDigest, path: 'output/numbers/ten/total' },
      description: { kind: 'text', digest: anyDigest, path: 'output/numbers/ten/description' },
    });
    const kept = await workspace.read(`.temper/runs/${String(result?.run)}/result.json`);
    expect({ ...(JSON.parse(kept) as object), exitCode: 0 }).toEqual(result);
  });

  it('a failed run has its result object too', async () => {
    const failed = await shared().run('misbehaved', ['--set', 'misbehave.how=throw']);
    expect(failed.result).toMatchObject({ outcome: 'failed', outputs: {} });
    expect(failed.result?.steps[1]).toEqual({
      label: 'misbehave',
      stage: 'misbehave',
      variable: 'made',
      outcome: 'failed',
      reasons: [{ code: 'first-run', text: 'first run' }],
      fingerprint: anyDigest,
      seconds: anySeconds,
      outputs: {},
    });
  });

  it('plan --json prints the plan', async () => {
    const { stdout } = await shared().temper(['plan', 'misbehaved', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'temper.plan/1',
      pipeline: 'misbehaved',
      configuration: 'default',
      steps: [
        {
          label: 'count',
          stage: 'count',
          variable: 'numbers',
          action: 'reuse',
          reasons: [],
          fingerprint: anyDigest,
          estimateSeconds: expect.anything() as unknown,
          outputs: { numbers: numbers(32, expect.stringMatching(/\/trees\/[0-9a-f]{64}$/) as string) },
        },
        {
          label: 'misbehave',
          stage: 'misbehave',
          variable: 'made',
          action: 'run',
          reasons: [{ code: 'first-run', text: 'first run' }],
          fingerprint: anyDigest,
          estimateSeconds: null,
          outputs: {},
        },
        {
          label: 'sum',
          stage: 'sum',
          variable: 'total',
          action: 'may-run',
          reasons: [
            { code: 'input', path: 'numbers', text: 'input numbers: waits for misbehave' },
            { code: 'first-run', text: 'first run' },
          ],
          fingerprint: null,
          estimateSeconds: null,
          outputs: {},
        },
      ],
    });
  });

  it('config --json names each value with its origin', async () => {
    const { stdout } = await shared().temper([
      'config',
      'numbers',
      '-c',
      'ten',
      '--json',
      '--set',
      'scale.factor=9',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      settings: { description: 'Ten numbers' },
      steps: [
        {
          label: 'count',
          params: { from: 1, to: 10, order: 'up' },
          origins: { from: 'default', to: 'pipelines/numbers.ten.yaml:3', order: 'default' },
        },
        { label: 'scale', params: { factor: 9 }, origins: { factor: '--set scale.factor=9' } },
        { label: 'sum', params: {}, origins: {} },
        { label: 'parity', params: {} },
        { label: 'describe', params: {} },
      ],
    });
  });

  it('NO_COLOR wins over the FORCE_COLOR that Nx sets', async () => {
    const words = ['plan', 'numbers'];
    const escape = '\u001b[';
    const coloured = await shared().temper(words, { env: { FORCE_COLOR: '1' } });
    expect(coloured.stdout).toContain(escape);
    const plain = await shared().temper(words, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain(escape);
    const asked = await shared().temper([...words, '--plain'], { env: { FORCE_COLOR: '1' } });
    expect(asked.stdout).toBe(plain.stdout);
    const nobody = await shared().temper(words);
    expect(nobody.stdout).toBe(plain.stdout);
  });
});

function numbers(bytes: number, path: string): unknown {
  return { kind: 'numbers', digest: anyDigest, files: 1, bytes, path };
}

function skipped(stage: string, variable: string): unknown {
  return {
    ...{ label: stage, stage, variable, outcome: 'skipped' },
    ...{ reasons: [], fingerprint: null, seconds: 0, outputs: {} },
  };
}
