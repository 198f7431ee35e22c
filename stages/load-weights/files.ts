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
  // Says at which tokens an answer ends: whoever has only the tokenizer can tell a row that teaches another end.
  'generation_config.json',
];

/** Refuses a model that lacks what nobody can do without, before gigabytes of weights are fetched that nobody could use. */
export function assertComplete(paths: readonly string[]): void {
  const old = paths.find((path) => path === 'tokenizer.model' || path === 'vocab.json');
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'config.json']) {
    if (paths.includes(name)) continue;
    throw new JobError('bad-input', `the model has no ${name}`, {
      hint:
        name === 'tokenizer.json' && old !== undefined
          ? `it has ${old}, which is the older form: take a repository with a tokenizer.json, such as one ending in '-hf'`
          : 'take a repository or a folder that holds it, and do not leave it out with `include` or `exclude`',
    });
  }
  if (paths.some((path) => path.endsWith('.safetensors'))) return;
  throw new JobError('bad-input', 'the model has no safetensors file', {
    hint: 'do not leave it out with `include` or `exclude`; pickled weights are not loaded: convert them first',
  });
}

/** Refuses a model that no chat template can be found for, before its weights are fetched or copied. */
export async function assertChatTemplate(folder: string): Promise<void> {
  if ((await findTemplate(folder)) !== undefined) return;
  throw new JobError('bad-input', 'the model has no chat template', {
    hint: "take the model's chat or instruct variant, or a folder to which you add a `chat_template.jinja`",
  });
}

/** Parts a model folder into weights and tokenizer, after looking into every configuration and header. */
export async function partModelFolder(from: string, weights: string, tokenizer: string): Promise<void> {
  const names = (await readdir(from)).sort();
  assertComplete(names);
  // Not into vocabularies: a token may be spelled like a key by which code is loaded.
  for (const name of names.filter((entry) => entry.endsWith('config.json')))
    assertNoCode(name, await readFile(join(from, name), 'utf8'));
  await assertChatTemplate(from);
  const shards = names.filter((name) => name.endsWith('.safetensors'));
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
  const found = await findTemplate(tokenizer);
  const path = join(tokenizer, templateFile);
  if (found?.in === 'config') await writeFile(path, found.template);
  if (found?.in !== 'glm4') return false;
  await copyFile(glm4, path);
  return true;
}

/** Where the chat template of a tokenizer is: in a file of its own, in a configuration, or known from its tokens. */
type FoundTemplate =
  { readonly in: 'file' } | { readonly in: 'config'; readonly template: string } | { readonly in: 'glm4' };

async function findTemplate(folder: string): Promise<FoundTemplate | undefined> {
  const own = await readFile(join(folder, templateFile), 'utf8').catch(() => '');
  if (own.trim() !== '') return { in: 'file' };
  const template = await templateInConfig(folder);
  if (template !== undefined) return { in: 'config', template };
  return (await speaksGlm4(folder)) ? { in: 'glm4' } : undefined;
}

const templateFile = 'chat_template.jinja';

/** What whoever reads the log should know when a template was supplied. */
export const suppliedTemplate = [
  'chat-template',
  "the model's repository has no chat template; its tokenizer has GLM-4's special tokens and gets GLM-4's template",
] as const;

/**
 * The chat template that older repositories keep inside `tokenizer_config.json`, and those of models that also see or
 * hear in `chat_template.json`: a text, or several by name, of which the default one is taken.
 */
export async function templateInConfig(tokenizer: string): Promise<string | undefined> {
  for (const name of ['chat_template.json', 'tokenizer_config.json']) {
    if (!existsSync(join(tokenizer, name))) continue;
    const { chat_template: template } = await readSettings(tokenizer, name);
    if (typeof template === 'string' && template.trim() !== '') return template;
    const named = namedTemplates.safeParse(template).data?.find((one) => one.name === 'default');
    if (named !== undefined) return named.template;
  }
  return undefined;
}

/** Whether all tokens that GLM-4's template writes are special tokens of this tokenizer, so that it means something. */
async function speaksGlm4(tokenizer: string): Promise<boolean> {
  if (!existsSync(join(tokenizer, 'tokenizer.json'))) return false;
  const { added_tokens: added } = await readSettings(tokenizer, 'tokenizer.json');
  const known = new Set(addedTokens.safeParse(added).data?.map(({ content }) => content));
  return glm4Tokens.every((token) => known.has(token));
}

/** A file of a tokenizer that holds one JSON object. */
async function readSettings(folder: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(join(folder, name), 'utf8');
  try {
    return settings.parse(JSON.parse(text));
  } catch {
    throw new JobError('bad-input', `${name} is not a JSON object`, {
      hint: 'take another revision of the repository, or tell its owner',
    });
  }
}

const settings = z.record(z.string(), z.unknown());
const glm4Tokens = ['[gMASK]', '<sop>', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>'];
const addedTokens = z.array(z.object({ content: z.string() }));

/** https://huggingface.co/docs/transformers/chat_templating_writing */
const namedTemplates = z.array(z.object({ name: z.string(), template: z.string() }));

async function clone(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}
