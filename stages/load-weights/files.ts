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
];

/** Parts a model folder into weights and tokenizer, after looking into every configuration and header. */
export async function partModelFolder(from: string, weights: string, tokenizer: string): Promise<void> {
  const names = (await readdir(from)).sort();
  // Not into vocabularies: a token may be spelled like a key by which code is loaded.
  for (const name of names.filter((entry) => entry.endsWith('config.json')))
    assertNoCode(name, await readFile(join(from, name), 'utf8'));
  const shards = names.filter((name) => name.endsWith('.safetensors'));
  if (shards.length === 0)
    throw new JobError('bad-input', 'the model has no safetensors file', {
      hint: 'pickled weights are not loaded; convert them first',
    });
  for (const shard of shards) await readSafetensorsHeader(join(from, shard));
  for (const name of [...shards, 'config.json', 'generation_config.json', 'model.safetensors.index.json']) {
    if (names.includes(name)) await clone(join(from, name), join(weights, name));
  }
  for (const name of tokenizerFiles)
    if (names.includes(name)) await clone(join(from, name), join(tokenizer, name));
}

/** Puts the chat template where a tokenizer artifact has it, when its repository keeps it in the configuration. */
export async function completeTokenizer(tokenizer: string): Promise<void> {
  const path = join(tokenizer, 'chat_template.jinja');
  if (existsSync(path)) return;
  const template = await templateInConfig(tokenizer);
  if (template !== undefined) await writeFile(path, template);
}

/**
 * The chat template that older repositories keep inside `tokenizer_config.json`: a text, or several by name, of which
 * the default one is taken. Whether the file must be there is the tokenizer kind's to say.
 */
export async function templateInConfig(tokenizer: string): Promise<string | undefined> {
  const path = join(tokenizer, 'tokenizer_config.json');
  if (!existsSync(path)) return undefined;
  const { chat_template: template } = JSON.parse(await readFile(path, 'utf8')) as { chat_template?: unknown };
  if (typeof template === 'string') return template;
  return namedTemplates.safeParse(template).data?.find(({ name }) => name === 'default')?.template;
}

/** https://huggingface.co/docs/transformers/chat_templating_writing */
const namedTemplates = z.array(z.object({ name: z.string(), template: z.string() }));

async function clone(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}
