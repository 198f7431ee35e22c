import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runJob } from '../test-job.ts';
import { partModelFolder, templateInConfig } from './files.ts';
import implementation from './folder.ts';
import { loadWeights } from './stage.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function folderOf(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-model-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/** A safetensors file of one F32 tensor with this many values; it holds room for two. */
function safetensors(values = 2): Uint8Array {
  const header = Buffer.from(
    JSON.stringify({ w: { dtype: 'F32', shape: [values], data_offsets: [0, values * 4] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(8)]);
}

const model: Files = {
  'config.json': '{"model_type": "glm"}',
  'generation_config.json': '{}',
  'model.safetensors': safetensors(),
  'tokenizer.json': '{"model": {"vocab": {"a": 0}}}',
  'tokenizer_config.json': '{"chat_template": "{{ messages }}"}',
  'README.md': 'A model.',
  'modeling_glm.py': 'print(1)',
  'pytorch_model.bin': 'pickled',
};

async function part(files: Files) {
  const [from, to] = [await folderOf(files), await folderOf({})];
  const [weights, tokenizer] = [join(to, 'weights'), join(to, 'tokenizer')];
  await mkdir(weights);
  await mkdir(tokenizer);
  await partModelFolder(from, weights, tokenizer);
  return { weights: (await readdir(weights)).sort(), tokenizer: (await readdir(tokenizer)).sort() };
}

describe('a model folder', () => {
  it('is parted into weights and tokenizer, without code, pickles and the rest', async () => {
    expect(await part(model)).toEqual({
      weights: ['config.json', 'generation_config.json', 'model.safetensors'],
      tokenizer: ['generation_config.json', 'tokenizer.json', 'tokenizer_config.json'],
    });
  });

  it('without a tokenizer is refused, and told from one whose tokenizer has the older form', async () => {
    const { 'tokenizer.json': _, ...rest } = model;
    await expect(part(rest)).rejects.toMatchObject({
      reason: 'bad-input',
      message: 'the model has no tokenizer.json',
      hint: 'take a repository or a folder that holds it, and do not leave it out with `include` or `exclude`',
    });
    await expect(part({ ...rest, 'tokenizer.model': 'pieces' })).rejects.toMatchObject({
      hint: "it has tokenizer.model, which is the older form: take a repository with a tokenizer.json, such as one ending in '-hf'",
    });
  });

  it.each(['config.json', 'tokenizer_config.json'])('without %s is refused', async (name) => {
    const rest = Object.fromEntries(Object.entries(model).filter(([path]) => path !== name));
    await expect(part(rest)).rejects.toMatchObject({ message: `the model has no ${name}` });
  });

  it.each([
    ['none at all', { 'tokenizer_config.json': '{}' }],
    ['an empty file', { 'tokenizer_config.json': '{}', 'chat_template.jinja': '\n' }],
    ['an empty text', { 'tokenizer_config.json': '{"chat_template": ""}' }],
  ])('whose chat template is %s is refused', async (_, files) => {
    await expect(part({ ...model, ...files })).rejects.toMatchObject({
      reason: 'bad-input',
      message: 'the model has no chat template',
      hint: "take the model's chat or instruct variant, or a folder to which you add a `chat_template.jinja`",
    });
  });

  it('whose tokenizer.json was cut off is told so, when its tokens are asked for', async () => {
    const files = { ...model, 'tokenizer_config.json': '{}', 'tokenizer.json': '{"added_tokens": [' };
    await expect(part(files)).rejects.toMatchObject({ message: 'tokenizer.json is not a JSON object' });
  });

  it('gives every shard and the index to the weights', async () => {
    const { 'model.safetensors': whole = '', ...rest } = model;
    const shards = { 'model-1.safetensors': whole, 'model-2.safetensors': whole };
    expect((await part({ ...rest, ...shards, 'model.safetensors.index.json': '{}' })).weights).toEqual([
      'config.json',
      'generation_config.json',
      'model-1.safetensors',
      'model-2.safetensors',
      'model.safetensors.index.json',
    ]);
  });

  it.each(['config.json', 'tokenizer_config.json', 'generation_config.json'])(
    'is refused when %s names code',
    async (name) => {
      await expect(
        part({ ...model, [name]: '{"auto_map": {"AutoModel": "modeling_glm.GlmModel"}}' }),
      ).rejects.toMatchObject({
        reason: 'code-in-config',
        message: `${name} has the key "auto_map", by which a library would run code that the repository names`,
      });
    },
  );

  it('may have a token that is spelled like such a key', async () => {
    const vocabulary = '{"model": {"vocab": {"auto_map": 7}}}';
    expect((await part({ ...model, 'tokenizer.json': vocabulary })).tokenizer).toContain('tokenizer.json');
  });

  it('of pickled weights alone is refused', async () => {
    const { 'model.safetensors': _, ...pickled } = model;
    await expect(part(pickled)).rejects.toMatchObject({
      reason: 'bad-input',
      message: 'the model has no safetensors file',
      hint: 'do not leave it out with `include` or `exclude`; pickled weights are not loaded: convert them first',
    });
  });

  it('is refused when a header lies about its tensors', async () => {
    await expect(part({ ...model, 'model.safetensors': safetensors(3) })).rejects.toMatchObject({
      reason: 'bad-safetensors',
      message: 'model.safetensors has "w" ending at byte 12 of its data, and only 8 bytes are there',
    });
  });
});

describe('the chat template of an older tokenizer', () => {
  it.each([
    ['as a text', '{"chat_template": "x"}', 'x'],
    [
      'as the default among several',
      '{"chat_template": [{"name": "rag", "template": "y"}, {"name": "default", "template": "x"}]}',
      'x',
    ],
    ['nowhere', '{}', undefined],
    [
      'nowhere when none is called default',
      '{"chat_template": [{"name": "rag", "template": "y"}]}',
      undefined,
    ],
  ])('is found %s', async (_, config, template) => {
    expect(await templateInConfig(await folderOf({ 'tokenizer_config.json': config }))).toBe(template);
  });

  it('is not looked for where there is no configuration', async () => {
    expect(await templateInConfig(await folderOf({}))).toBeUndefined();
  });
});

describe('load-weights from a folder', () => {
  const load = async (files: Files) => {
    const folder = await folderOf(files);
    return runJob(implementation, {
      stage: loadWeights,
      params: { from: 'folder', path: 'models/glm' },
      externals: { 'models/glm': folder },
    });
  };

  it('copies bytes and writes an inner template beside the tokenizer', async () => {
    const done = await load(model);
    expect(await done.text('weights', 'config.json')).toBe(model['config.json']);
    expect(await done.text('tokenizer', 'chat_template.jinja')).toBe('{{ messages }}');
  });

  it('finds a template that the repository keeps in `chat_template.json`', async () => {
    const done = await load({
      ...model,
      'tokenizer_config.json': '{}',
      'chat_template.json': '{"chat_template": "{{ messages }}"}',
    });
    expect(await done.text('tokenizer', 'chat_template.jinja')).toBe('{{ messages }}');
  });

  it("gives GLM-4's template to a tokenizer of GLM-4 that has none, and says so", async () => {
    const tokens = ['[gMASK]', '<sop>', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>'];
    const files = (added: readonly string[]) => ({
      ...model,
      'tokenizer_config.json': '{}',
      'tokenizer.json': JSON.stringify({ added_tokens: added.map((content) => ({ content })) }),
    });
    const done = await load(files(tokens));
    expect(await done.text('tokenizer', 'chat_template.jinja')).toContain('[gMASK]<sop>');
    expect(done.warnings).toEqual(['chat-template']);
    await expect(load(files(tokens.slice(1)))).rejects.toThrow('the model has no chat template');
  });

  it('leaves a template alone that is a file already', async () => {
    const done = await load({ ...model, 'chat_template.jinja': 'its own' });
    expect(await done.text('tokenizer', 'chat_template.jinja')).toBe('its own');
  });

  it('blames the folder for what the hub finds in it', async () => {
    await expect(load({ ...model, 'config.json': '{"trust_remote_code": true}' })).rejects.toMatchObject({
      name: 'JobError',
      reason: 'bad-input',
    });
  });
});
