/** Tokens belong to the bytes of one tokenizer and its template, and to nothing else of a model. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSafetensors } from '../rig/hub/safetensors.ts';
import { repository, shareWorkspace } from '../rig/workspace/index.ts';

const python = process.env['TEMPER_TEST_PYTHON'];
const home =
  process.env['TEMPER_HOME'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper');

const specials = ['[gMASK]', '<sop>', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>'];
const letters = Array.from('abcdefgh? \n');
const tokenizer = {
  version: '1.0',
  added_tokens: specials.map((content, at) => ({
    id: letters.length + at,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
  model: {
    type: 'WordLevel',
    vocab: Object.fromEntries([...letters, ...specials].map((token, id) => [token, id])),
    unk_token: '?',
  },
};
const rows = Array.from('abcdefgh').map((letter) => ({ instruction: `${letter}b`, output: `${letter}c` }));

describe.skipIf(python === undefined)('tokens', () => {
  const shared = shareWorkspace(async (workspace) => {
    await workspace.write(
      'pipelines/tokens.ts',
      `import { pipeline } from '@temper/pipeline';
import { loadRows, loadWeights, split, toChat, tokenize } from '@temper/stages';

const { tokenizer } = loadWeights({ from: 'folder', path: 'model' });
const { rows } = loadRows({ from: 'file', path: 'rows.jsonl' });
const { dataset } = toChat({ rows });
const { train, test } = split({ dataset }, { test: 2, seed: 1, nearDuplicates: 1 });
const { trainTokens, summary } = tokenize({ tokenizer, train, test }, { maxLength: 64 });

export default pipeline({ trainTokens, summary });
`,
    );
    await workspace.write('rows.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const template = await readFile(join(repository, 'stages/load-weights/glm4.chat.jinja'), 'utf8');
    const end = letters.length + specials.indexOf('<|user|>');
    for (const [name, content] of Object.entries({
      'config.json': '{"model_type": "glm"}',
      'generation_config.json': JSON.stringify({ eos_token_id: [end] }),
      'model.safetensors': createSafetensors({ w: [2] }),
      'tokenizer.json': JSON.stringify(tokenizer),
      'tokenizer_config.json': '{}',
      'chat_template.jinja': template,
    }))
      await workspace.write(`model/${name}`, content as string);
  });

  it('another byte of the chat template makes the tokens anew, and other weights do not', async () => {
    const workspace = shared();
    const env = { TEMPER_HOME: home, TEMPER_STORE: join(workspace.home, 'store') };
    const run = async () => {
      const ran = await workspace.run('tokens', [], { env });
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      return ran.outcomes;
    };
    const untouched = { 'load-rows': 'reused', 'to-chat': 'reused', split: 'reused' };
    expect(new Set(Object.values(await run()))).toEqual(new Set(['ran']));

    await workspace.write('model/model.safetensors', createSafetensors({ w: [3] }) as unknown as string);
    expect(await run()).toEqual({ ...untouched, 'load-weights': 'ran', tokenize: 'reused' });

    await workspace.edit('model/chat_template.jinja', '[gMASK]<sop>', '{# as in GLM-4 #}[gMASK]<sop>');
    expect(await run()).toEqual({ ...untouched, 'load-weights': 'ran', tokenize: 'ran' });

    // A model that stops elsewhere is told before it would be trained to talk on for ever.
    await workspace.write('model/generation_config.json', '{"eos_token_id": [0]}');
    const said = await workspace.temper(['run', 'tokens'], { env });
    expect(said.code).toBe(0);
    expect(said.stdout + said.stderr).toContain(
      'teach to end with <|user|>, at which generation does not stop (the model stops at a)',
    );
  });
});
