/** Hubs and files that are broken: what the command says of each, and that nothing of them is kept. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { startHub, type FixtureHub } from '../rig/hub/index.ts';
import { createSafetensors, withHeader } from '../rig/hub/safetensors.ts';
import { shareWorkspace, type Workspace } from '../rig/workspace/index.ts';

const model = {
  'config.json': '{"model_type": "glm"}\n',
  'model.safetensors': createSafetensors({ 'model.weight': [64, 1024] }),
  'tokenizer.json': '{"added_tokens": []}',
  'tokenizer_config.json': '{"chat_template": "{{ messages }}"}',
};

const imports = "import { pipeline } from '@temper/pipeline';";
const shared = shareWorkspace(async (workspace) => {
  await workspace.write(
    'pipelines/model.ts',
    `${imports}
import { loadWeights } from '@temper/stages';

const { weights, tokenizer } = loadWeights({ from: 'hub', repo: 'team/tiny' });

export default pipeline({ weights, tokenizer });
`,
  );
  await workspace.write(
    'pipelines/chats.ts',
    `${imports}
import { loadRows, toChat } from '@temper/stages';

const { rows } = loadRows({ from: 'file', path: 'rows.jsonl' });
const { dataset } = toChat({ rows });

export default pipeline({ dataset });
`,
  );
});

/** What the command says, place in the pipeline and log left out, once it is sure that nothing of the step was kept. */
async function refusal(
  workspace: Workspace,
  pipeline: string,
  { words = [], env = {}, code = 1 }: { words?: string[]; env?: Record<string, string>; code?: number },
): Promise<string> {
  const ended = await workspace.run(pipeline, words, { env });
  expect(ended.code).toBe(code);
  const failed = ended.result?.steps.filter(({ outcome }) => outcome === 'failed') ?? [];
  expect(failed.map(({ outputs }) => outputs)).toEqual(code === 1 ? [{}] : []);
  expect(await filesIn(join(workspace.root, 'output'))).toEqual([]);
  expect(ended.stdout + ended.stderr).not.toMatch(/^ +at /m);
  return ended.stderr
    .replace(/^ {4}pipelines\/.*\n.*\n +~+\n/m, '')
    .replace(/^ {2}log: .*\n/m, '')
    .replace(/(127\.0\.0\.1|localhost):\d+/g, '<hub>')
    .trimEnd();
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

it.each<[what: string, prepare: (hub: FixtureHub) => void, code: number, says: string]>([
  [
    'is gated',
    (hub) => hub.push('team/tiny', model, { gated: true, tokens: ['hf_good'] }),
    1,
    `\
✗ load-weights failed: The model team/tiny is gated: its owner asks for consent, and no token was sent
  hint: ask for access on https://huggingface.co/team/tiny, then log in with that account: run \`hf auth login\`, or set HF_TOKEN`,
  ],
  [
    'asks to wait for an hour',
    (hub) => {
      hub.push('team/tiny', { ...model, 'README.md': 'slow' });
      const headers = { 'retry-after': '3600' };
      hub.fault({ path: 'config.json', fault: { kind: 'status', status: 429, headers } });
    },
    1,
    `\
✗ load-weights failed: <hub> answers 429 for config.json: too many requests, and asks to wait <time>
  hint: wait some minutes and run again to go on, or log in: hubs allow more to those they know`,
  ],
  [
    'leads away from what protects the bytes',
    (hub) => {
      hub.push('team/tiny', { ...model, 'README.md': 'led away' });
      hub.fault({ path: 'tokenizer.json', fault: { kind: 'redirect', to: 'ftp://elsewhere.invalid/x' } });
    },
    1,
    `\
✗ load-weights failed: http://<hub>/team/tiny/resolve/<commit>/tokenizer.json redirects to ftp://elsewhere.invalid, where the bytes would not be protected
  hint: use another mirror, or write its address with https`,
  ],
  [
    'has pickles alone',
    (hub) => hub.push('team/tiny', { 'config.json': '{}', 'pytorch_model.bin': 'x' }),
    2,
    `\
✗ load-weights: The model team/tiny has its weights only as pickle (pytorch_model.bin), and loading a pickle runs whatever program its author put in
  hint: take a repository or a revision with safetensors; Hugging Face often has one as refs/pr/N`,
  ],
  [
    'names code to run',
    (hub) => hub.push('team/tiny', { ...model, 'config.json': '{"auto_map": {"AutoModel": "code.Model"}}' }),
    1,
    `\
✗ load-weights failed: config.json has the key "auto_map", by which a library would run code that the repository names
  hint: use a variant of the model that its library knows by itself (for GLM-4 the repositories ending in '-hf')`,
  ],
  [
    'has a header that lies',
    (hub) =>
      hub.push('team/tiny', {
        ...model,
        'model.safetensors': withHeader(
          '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
          Buffer.alloc(4),
        ),
      }),
    1,
    `\
✗ load-weights failed: model.safetensors has "b" overlapping the tensor before it at byte 0
  hint: do not load it: take the file from its source again, or write it anew with the safetensors library`,
  ],
])('a model that %s', async (_, prepare, code, says) => {
  const hub = await startHub();
  onTestFinished(() => hub.close());
  prepare(hub);
  const said = await refusal(shared(), 'model', { env: { ...hub.environment }, code });
  expect(said.replace(/[\da-f]{40}/, '<commit>')).toBe(says);
});

const chats = (...conversations: object[]): string =>
  conversations.map((row) => `${JSON.stringify(row)}\n`).join('');

it.each<[what: string, name: string, content: string | Uint8Array, says: string]>([
  [
    'are a web page',
    'rows.jsonl',
    '<!DOCTYPE html>',
    `\
✗ load-rows failed: rows.jsonl is a web page, not data: it begins with \`<\`
  hint: an address with /blob/ gives the page around a file; download the raw file instead (/raw/ or /resolve/)`,
  ],
  [
    'are GBK',
    'rows.jsonl',
    Buffer.from('{"instruction": "\xc4\xe3\xba\xc3", "output": "x"}\n', 'latin1'),
    `\
✗ load-rows failed: rows.jsonl is not UTF-8: the byte at offset 17 does not belong there
  hint: it looks like GBK: convert it with \`iconv -f GB18030 -t UTF-8 rows.jsonl > converted\``,
  ],
  [
    'have a line that is broken',
    'rows.jsonl',
    '{"instruction": "a", "output": "b"}\n{"instruction": "a", "output": \n',
    `\
✗ load-rows failed: rows.jsonl:2:32: row 2: the line ends within a value
  hint: each line must be one whole JSON object; a file with one array has the extension .json`,
  ],
  [
    'lack a column',
    'rows.csv',
    'instruction,answer\na,b\nc,d\n',
    `\
✗ load-rows failed: 2 of 2 rows of rows.csv do not fit the alpaca format
  row 1 (line 2): output: is missing
  row 2 (line 3): output: is missing
  hint: the first row has the keys instruction, answer: rename them, or say with \`format\` how the rows are laid out; nothing was kept`,
  ],
  [
    'were cut while they were packed',
    'rows.jsonl.gz',
    gzipSync('{"instruction": "a", "output": "b"}\n'.repeat(500)).subarray(0, 60),
    `\
✗ load-rows failed: rows.jsonl.gz does not unpack: unexpected end of file
  hint: it was cut or damaged on its way; fetch it again`,
  ],
  [
    'answer twice',
    'rows.jsonl',
    chats({
      conversations: ['human', 'gpt', 'gpt'].map((from) => ({ from, value: 'x' })),
    }),
    `\
✗ to-chat failed: 1 of 1 rows cannot become conversations
  row 1: it has two answers in a row (conversations[2])
  hint: mend or remove these rows; nothing was kept`,
  ],
])('rows that %s', async (_, name, content, says) => {
  const workspace = shared();
  await workspace.write(name, content as string);
  expect(await refusal(workspace, 'chats', { words: ['--set', `load-rows.path=${name}`] })).toBe(says);
});
