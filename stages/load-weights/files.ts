import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { assertNoCode, readSafetensorsHeader } from '@temper/hub';
import { JobError } from '@temper/pipeline/job';
import { z } from 'zod';

/** Files of a model folder that belong to its tokenizer. */
const tokenizerFiles = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
  'chat_template.jinja',
  'chat_template.json',
];

/** Refuses a model without a tokenizer, before gigabytes of weights are fetched that nobody could use. */
export function assertTokenizer(paths: readonly string[]): void {
  if (paths.includes('tokenizer.json')) return;
  const old = paths.find((path) => path === 'tokenizer.model' || path === 'vocab.json');
  throw new JobError('bad-input', 'the model has no tokenizer.json', {
    hint:
      old === undefined
        ? 'take a repository or a folder that holds its tokenizer, too, and do not leave it out with `include` or `exclude`'
        : `it has ${old}, which is the older form: take a repository with a tokenizer.json, such as one ending in '-hf'`,
  });
}

/** Parts a model folder into weights and tokenizer, after looking into every configuration and header. */
export async function partModelFolder(from: string, weights: string, tokenizer: string): Promise<void> {
  const names = (await readdir(from)).sort();
  assertTokenizer(names);
  // Not into vocabularies: a token may be spelled like a key by which code is loaded.
  for (const name of names.filter((entry) => entry.endsWith('config.json')))
    assertNoCode(name, await readFile(join(from, name), 'utf8'));
  const shards = names.filter((name) => name.endsWith('.safetensors'));
  if (shards.length === 0)
    throw new JobError('bad-input', 'the model has no safetensors file', {
      hint: 'pickled weights are not loaded; convert them first',
    });
  for (const shard of shards) await readSafetensorsHeader(join(from, shard), shard);
  for (const name of [...shards, 'config.json', 'generation_config.json', 'model.safetensors.index.json']) {
    if (names.includes(name)) await clone(join(from, name), join(weights, name));
  }
  for (const name of tokenizerFiles)
    if (names.includes(name)) await clone(join(from, name), join(tokenizer, name));
}

/**
 * Puts the chat template where a tokenizer artifact has it, when its repository keeps it elsewhere. A tokenizer that
 * speaks GLM-4's special tokens and has no template, as those of base models have none, gets GLM-4's own.
 *
 * @returns Whether it got one that its repository does not have.
 */
export async function completeTokenizer(tokenizer: string, glm4: string): Promise<boolean> {
  const path = join(tokenizer, 'chat_template.jinja');
  if (existsSync(path)) return false;
  const template = await templateInConfig(tokenizer);
  if (template !== undefined) {
    await writeFile(path, template);
    return false;
  }
  if (!(await speaksGlm4(tokenizer))) return false;
  await copyFile(glm4, path);
  return true;
}

/** What whoever reads the log should know when a template was supplied. */
export const suppliedTemplate = [
  'chat-template',
  "the model's repository has no chat template; its tokenizer has GLM-4's special tokens and gets GLM-4's template",
] as const;

/**
 * The chat template that older repositories keep inside `tokenizer_config.json`, and those of models that also see or
 * hear in `chat_template.json`: a text, or several by name, of which the default one is taken. Whether there must be
 * one is the tokenizer kind's to say.
 */
export async function templateInConfig(tokenizer: string): Promise<string | undefined> {
  for (const name of ['chat_template.json', 'tokenizer_config.json']) {
    const path = join(tokenizer, name);
    if (!existsSync(path)) continue;
    const { chat_template: template } = JSON.parse(await readFile(path, 'utf8')) as {
      chat_template?: unknown;
    };
    if (typeof template === 'string') return template;
    const named = namedTemplates.safeParse(template).data?.find((one) => one.name === 'default');
    if (named !== undefined) return named.template;
  }
  return undefined;
}

/** Whether all tokens that GLM-4's template writes are special tokens of this tokenizer, so that it means something. */
async function speaksGlm4(tokenizer: string): Promise<boolean> {
  const path = join(tokenizer, 'tokenizer.json');
  if (!existsSync(path)) return false;
  const { added_tokens: added } = JSON.parse(await readFile(path, 'utf8')) as { added_tokens?: unknown };
  const known = new Set(addedTokens.safeParse(added).data?.map(({ content }) => content));
  return glm4Tokens.every((token) => known.has(token));
}

const glm4Tokens = ['[gMASK]', '<sop>', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>'];
const addedTokens = z.array(z.object({ content: z.string() }));

/** https://huggingface.co/docs/transformers/chat_templating_writing */
const namedTemplates = z.array(z.object({ name: z.string(), template: z.string() }));

async function clone(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}
