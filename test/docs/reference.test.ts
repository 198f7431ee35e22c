import { describe, expect, it } from 'vitest';
import { exitCode } from '../../packages/cli/src/exit-code.ts';
import { memoryParts } from '../../stages/lora-sft/memory.ts';
import { modelShapes } from '../../stages/load-weights/model-shapes.ts';
import { headingsOf, readPage } from './pages.ts';

/** First cells of the rows of a page's tables. */
function firstCells(path: string): readonly string[] {
  return readPage(path)
    .text.split('\n')
    .flatMap((line) => /^\| +([^|]+?) +\|/.exec(line)?.[1] ?? [])
    .filter((cell) => !/^[-:]+$/.test(cell));
}

/** Literals of the form `type: 'name'` in a source file. */
function literals(path: string, property: string): readonly string[] {
  const found = readPage(path).text.matchAll(new RegExp(`\\b${property}: '([a-z-]+)'`, 'g'));
  return [...new Set([...found].map(([, name = '']) => name))];
}

/** Members of a union of literals. */
function union(path: string, after: string): readonly string[] {
  const { text } = readPage(path);
  const end = text.slice(text.indexOf(after)).split(';')[0] ?? '';
  return [...end.matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name);
}

describe('the reference', () => {
  it('of exit codes lists every code that the command ends with', () => {
    const codes = firstCells('docs/reference/exit-codes.md').filter((cell) => /^\d+$/.test(cell));
    expect(codes.map(Number)).toEqual(Object.values(exitCode));
  });

  it('of events lists every event and every failure', () => {
    const cells = firstCells('docs/reference/events.md').map((cell) => cell.replaceAll('`', ''));
    const names = [
      ...literals('packages/run/src/event.ts', 'type'),
      ...literals('packages/run/src/failure.ts', 'type'),
    ];
    expect(names.length).toBeGreaterThan(15);
    expect(cells).toEqual(expect.arrayContaining(names));
  });

  it('of the result object lists every reason', () => {
    const { text } = readPage('docs/reference/result-object.md');
    const { text: source } = readPage('packages/run/src/result.ts');
    const codes = [...(/ReasonCode =([\s\S]*?);\n\n/.exec(source)?.[1] ?? '').matchAll(/\| '([a-z-]+)'/g)];
    expect(codes).toHaveLength(12);
    expect(codes.map(([, code = '']) => code).filter((code) => !text.includes(`| \`${code}\``))).toEqual([]);
  });

  it('of the result object has every field of a run, of a step and of an output', () => {
    const { text } = readPage('docs/reference/result-object.md');
    const { text: source } = readPage('packages/run/src/result.ts');
    const fields = ['RunResult', 'StepResult', 'ResultOutput'].flatMap((name) => {
      const body = new RegExp(`interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
      return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field = '']) => field);
    });
    expect(fields.length).toBeGreaterThan(20);
    expect(fields.filter((field) => !new RegExp(`[\`{ ]${field}[\`, }]`).test(text))).toEqual([]);
  });

  it('of the job folder lists every reason of a job and every field of a request', () => {
    const { text } = readPage('docs/reference/job.md');
    const reasons = union('packages/backend/src/job.ts', 'JobFailureReason =');
    const request =
      /interface JobRequest \{([\s\S]*?)\n\}/.exec(readPage('packages/backend/src/job.ts').text)?.[1] ?? '';
    const fields = [...request.matchAll(/^ {2}readonly (\w+):/gm)].map(([, name = '']) => name);
    expect(reasons).toContain('lost');
    expect(fields).toContain('jobId');
    expect([...reasons, ...fields].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('of metrics defines every metric that evaluate writes', () => {
    const defined = headingsOf(readPage('docs/reference/metrics.md')).map(({ text }) => text);
    const { text } = readPage('stages/evaluate/figures.py');
    const used = [...text.matchAll(/(?:_figure\(|\('\w+', )'([a-z-]+)'/g)].map(([, name = '']) => name);
    expect(used.length).toBeGreaterThan(8);
    expect(defined).toEqual(expect.arrayContaining(used));
  });
});

describe('the page about memory', () => {
  const shape = modelShapes['THUDM/glm-4-9b-hf'];
  const lora = { r: 8, targets: ['q_proj', 'k_proj', 'v_proj'] };
  const training = {
    batchSize: 2,
    precision: 'bf16',
    gradientCheckpointing: true,
    quantization: 'none',
  } as const;
  const { text } = readPage('docs/explanation/memory.md');

  it('gives every part of GLM-4-9B as the formulas give it', () => {
    if (shape === undefined) throw new Error('the shape of GLM-4-9B is not known');
    for (const { name, bytes } of memoryParts({ lora, training }, shape, 1024)) {
      expect(text, name).toMatch(new RegExp(`\\| ${escape(name)} +\\| +${escape(size(bytes))} \\|`));
    }
  });

  it.each([
    ['all', {}, 1024],
    ['no gradient checkpointing', { gradientCheckpointing: false }, 1024],
    ['`quantization: 4-bit`', { quantization: '4-bit' }, 1024],
    ['`batchSize: 8`', {}, 4096],
  ] as const)('gives the sum for %s', (name, change, tokens) => {
    if (shape === undefined) throw new Error('the shape of GLM-4-9B is not known');
    const parts = memoryParts({ lora, training: { ...training, ...change } }, shape, tokens);
    const sum = size(parts.reduce((total, { bytes }) => total + bytes, 0));
    expect(text).toMatch(new RegExp(`\\| (\\*\\*)?${escape(name)}(\\*\\*)? +\\| +(\\*\\*)?${escape(sum)}`));
  });
});

function size(bytes: number): string {
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
