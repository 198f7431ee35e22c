import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AnyKind } from '@temper/pipeline';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as stages from '../index.ts';
import { chatRow } from './chat-row.ts';
import { rows } from './rows.ts';

type Content = string | Uint8Array;

/** What a kind says against an artifact of these files; undefined when it is well. */
async function objection(
  kind: AnyKind,
  files: Readonly<Record<string, Content>>,
): Promise<string | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'temper-kind-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  const artifact = {
    path,
    files: Object.entries(files).map(([name, content]) => ({
      path: name,
      bytes: Buffer.byteLength(content),
    })),
  };
  try {
    await kind.check?.(artifact);
    return undefined;
  } catch (error) {
    expect(error).toHaveProperty('name', 'KindError');
    return (error as Error).message;
  }
}

/** A safetensors file with this header over so many bytes of data. */
function tensors(header: unknown, bytes: number): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(bytes)]);
}
const tensor = (from: number, to: number, shape = [(to - from) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});
const one = tensors(
  { __metadata__: { format: 'pt' }, a: tensor(0, 8), empty: tensor(8, 8), b: tensor(8, 12) },
  12,
);

describe('model weights', () => {
  const check = (content: Content) =>
    objection(stages.modelWeights, { 'config.json': '{}', 'model.safetensors': content });

  it('are well when every byte belongs to one tensor', async () => {
    expect(await check(one)).toBeUndefined();
  });

  it.each([
    ['a few bytes', 'abc', 'model.safetensors is not a safetensors file: it has 3 bytes'],
    ['a page', '<!DOCTYPE html>', /its header would have \d+ bytes, and the file has 15/],
    [
      'a header over the limit',
      Buffer.concat([tensors({}, 0).subarray(0, 4), Buffer.from([1, 0, 0, 0, 0, 0])]),
      /its header would have/,
    ],
    [
      'a header that is no JSON',
      tensors('{"a":', 0),
      'model.safetensors is not a safetensors file: its header is not JSON',
    ],
    [
      'an unknown type',
      tensors({ a: tensor(0, 4, [1], 'F128') }, 4),
      /^model\.safetensors: a: dtype: Invalid option/,
    ],
    ['no offsets', tensors({ a: { dtype: 'F32', shape: [] } }, 4), /^model\.safetensors: a: data_offsets: /],
    [
      'a shape that needs more',
      tensors({ a: tensor(0, 8, [3]) }, 8),
      'model.safetensors: a has 8 bytes, and F32 [3] needs 12',
    ],
    [
      'an overlap',
      tensors({ a: tensor(0, 8), b: tensor(4, 12) }, 12),
      'model.safetensors: the bytes of b do not follow on those before it',
    ],
    [
      'a gap',
      tensors({ a: tensor(0, 4), b: tensor(8, 12) }, 12),
      'model.safetensors: the bytes of b do not follow on those before it',
    ],
    [
      'an end beyond the file',
      tensors({ a: tensor(0, 8) }, 4),
      'model.safetensors: its tensors take 8 bytes, and it holds 4',
    ],
    [
      'bytes left over',
      tensors({ a: tensor(0, 4) }, 8),
      'model.safetensors: its tensors take 4 bytes, and it holds 8',
    ],
  ])('are refused with %s', async (_, content, message) => {
    expect(await check(content)).toMatch(message);
  });

  const shards = (map: Record<string, string>) =>
    objection(stages.modelWeights, {
      'config.json': '{}',
      'model-1.safetensors': tensors({ a: tensor(0, 4) }, 4),
      'model-2.safetensors': tensors({ b: tensor(0, 4) }, 4),
      'model.safetensors.index.json': JSON.stringify({ weight_map: map }),
    });

  it('in shards are well when the index knows every tensor', async () => {
    expect(await shards({ a: 'model-1.safetensors', b: 'model-2.safetensors' })).toBeUndefined();
  });

  it.each([
    [
      'is missing',
      { a: 'model-1.safetensors', b: 'model-3.safetensors' },
      'model.safetensors.index.json puts b into model-3.safetensors, which is missing',
    ],
    [
      'holds no such tensor',
      { a: 'model-2.safetensors', b: 'model-2.safetensors' },
      'model.safetensors.index.json puts a into model-2.safetensors, and it is not there',
    ],
    ['is not listed whole', { a: 'model-1.safetensors' }, 'model.safetensors.index.json does not list b'],
  ])('in shards are refused when one %s', async (_, map, message) => {
    expect(await shards(map)).toBe(message);
  });

  it('are refused without a safetensors file, or without a configuration', async () => {
    expect(await objection(stages.modelWeights, { 'config.json': '{}' })).toBe(
      'there is no safetensors file',
    );
    expect(await objection(stages.modelWeights, { 'model.safetensors': one })).toBe('config.json is missing');
  });
});

describe('a lora adapter', () => {
  const config = {
    r: 8,
    lora_alpha: 32,
    target_modules: ['q_proj'],
    temper: { base: { digest: 'a'.repeat(64) } },
  };
  const check = (changes: object, content: Content = one) =>
    objection(stages.loraAdapter, {
      'adapter_config.json': JSON.stringify({ ...config, ...changes }),
      'adapter_model.safetensors': content,
    });

  it('names its base by digest', async () => {
    expect(await check({})).toBeUndefined();
    expect(await check({ temper: undefined })).toMatch(/^adapter_config\.json: temper: /);
    expect(await check({ temper: { base: { digest: '/models/glm' } } })).toMatch(
      /^adapter_config\.json: temper\.base\.digest: /,
    );
  });

  it('is refused without a tensor, or with a rank of nothing', async () => {
    expect(await check({}, tensors({}, 0))).toBe('adapter_model.safetensors holds no tensor');
    expect(await check({ r: 0 })).toMatch(/^adapter_config\.json: r: /);
  });
});

describe('a merged model', () => {
  const files = {
    'config.json': '{}',
    'tokenizer.json': '{}',
    'model.safetensors': one,
    'README.md': '# Model',
    'chat_template.jinja': '{{ x }}',
  };

  it('can be used and understood by itself', async () => {
    expect(await objection(stages.mergedModel, files)).toBeUndefined();
  });

  it.each(['config.json', 'tokenizer.json', 'README.md', 'chat_template.jinja'] as const)(
    'is refused without %s',
    async (name) => {
      const { [name]: _, ...others } = files;
      expect(await objection(stages.mergedModel, others)).toBe(`${name} is missing`);
    },
  );
});

describe('an evaluation', () => {
  const metric = { value: 1, low: 0.5, high: 1.5, rows: 2, better: 'lower', definition: 'loss' };
  const evaluation = {
    weights: 'w',
    adapter: null,
    rows: 2,
    labelledTokens: 9,
    metrics: { loss: metric },
    scores: [],
  };
  const line = { id: 'a', prompt: 'p', reference: null, answer: 'x', stopped: true, scores: {} };
  const check = (changes: object, generations = `${JSON.stringify(line)}\n`) =>
    objection(stages.evaluation, {
      'evaluation.json': JSON.stringify({ ...evaluation, ...changes }),
      'generations.jsonl': generations,
    });

  it('holds a loss and the answers', async () => {
    expect(await check({})).toBeUndefined();
    expect(await check({ metrics: {} })).toMatch(/^evaluation\.json: metrics\.loss: /);
    expect(await check({}, '{"id": "a"}\n')).toMatch(/^generations\.jsonl:1: prompt: /);
    expect(await check({}, 'nonsense\n')).toBe('generations.jsonl:1 is not JSON');
  });

  it('is refused when a figure is no number', async () => {
    const text = JSON.stringify(evaluation).replace('"value":1', '"value":NaN');
    expect(await objection(stages.evaluation, { 'evaluation.json': text, 'generations.jsonl': '' })).toBe(
      'evaluation.json is not JSON',
    );
    expect(await check({ metrics: { loss: { ...metric, value: null } } })).toMatch(
      /^evaluation\.json: metrics\.loss\.value: /,
    );
  });
});

describe('a checkpoint set', () => {
  it('holds the adapter of every checkpoint it lists', async () => {
    const list = JSON.stringify({ checkpoints: [{ step: 20, folder: 'step-000020', evalLoss: null }] });
    const files = { 'checkpoints.json': list, 'step-000020/adapter_model.safetensors': one };
    expect(await objection(stages.checkpointSet, files)).toBeUndefined();
    expect(await objection(stages.checkpointSet, { 'checkpoints.json': list })).toBe(
      'step-000020/adapter_model.safetensors is missing',
    );
  });
});

describe('a tokenizer', () => {
  it('brings a chat template', async () => {
    const files = { 'tokenizer.json': '{}', 'tokenizer_config.json': '{}' };
    expect(await objection(stages.tokenizer, { ...files, 'chat_template.jinja': '{{ x }}' })).toBeUndefined();
    expect(await objection(stages.tokenizer, files)).toBe('there is no chat template');
    expect(await objection(stages.tokenizer, { ...files, 'tokenizer.json': '{' })).toBe(
      'tokenizer.json is not JSON',
    );
  });
});

describe('tokens', () => {
  it('have a label for each token', async () => {
    const integers = (from: number, count: number) => tensor(from, from + count * 4, [count], 'I32');
    const offsets = (from: number) => tensor(from, from + 16, [2], 'I64');
    const check = (labels: number) =>
      objection(stages.trainTokens, {
        'tokens.safetensors': tensors(
          { input_ids: integers(0, 3), labels: integers(12, labels), offsets: offsets(12 + labels * 4) },
          28 + labels * 4,
        ),
      });
    expect(await check(3)).toBeUndefined();
    expect(await check(2)).toBe('there are not as many labels as tokens');
    expect(await objection(stages.testTokens, { 'tokens.safetensors': one })).toBe(
      'tokens.safetensors holds no input_ids',
    );
  });
});

describe('rows', () => {
  const chat = {
    id: '0123456789abcdef',
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
    ],
  };

  it.each([
    ['an Alpaca row', rows.row, { instruction: 'a', input: '', output: 'b' }],
    [
      'a ShareGPT row',
      rows.row,
      {
        conversations: [
          { from: 'human', value: 'a' },
          { from: 'gpt', value: 'b' },
        ],
      },
    ],
    ['a row of messages', rows.row, { messages: chat.messages }],
    ['a conversation', chatRow, chat],
  ])('%s fits', (_, schema, row) => {
    expect(schema.safeParse(row).success).toBe(true);
  });

  it.each([
    ['an Alpaca row without an answer', rows.row, { instruction: 'a', output: '' }],
    ['an Alpaca row with a field of its own', rows.row, { instruction: 'a', output: 'b', text: 'c' }],
    [
      'a ShareGPT row of an unknown speaker',
      rows.row,
      {
        conversations: [
          { from: 'human', value: 'a' },
          { from: 'cat', value: 'b' },
        ],
      },
    ],
    ['a conversation with another id', chatRow, { ...chat, id: 'a' }],
    ['a conversation of one message', chatRow, { ...chat, messages: chat.messages.slice(1) }],
    ['a conversation with a field of its own', chatRow, { ...chat, source: 'x' }],
  ])('%s does not fit', (_, schema, row) => {
    expect(schema.safeParse(row).success).toBe(false);
  });
});

it('no two kinds have one name', () => {
  const names = Object.values(stages).flatMap((value) => ('kind' in value ? [value.kind] : []));
  expect(names.length).toBeGreaterThan(10);
  expect(new Set(names).size).toBe(names.length);
});
