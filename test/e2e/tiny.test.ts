/** The main job for real, in a copy of the repository's workspace, held against what plain PyTorch, PEFT and arithmetic say. */
import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { repository, shareWorkspace, type Ran } from '../rig/workspace/index.ts';
import { shownBy } from '../docs/pages.ts';
import { spoken } from '../rig/workspace/spoken.ts';
import { chatTests } from './tiny-chat.ts';
import { editTests } from './tiny-edits.ts';
import { longerTests } from './tiny-longer.ts';

const python = process.env['TEMPER_TEST_PYTHON'];
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
/** Where the environments of Python are: built once, for users and for tests. */
const home = process.env['TEMPER_HOME'] ?? join(cache, 'temper');
const minutes = 60_000;

describe.skipIf(python === undefined)('alpaca-glm4 with its tiny configuration', () => {
  let first: Ran;
  let env: { readonly TEMPER_HOME: string; readonly TEMPER_STORE: string };
  const shared = shareWorkspace(async (workspace) => {
    // The environments are shared with everybody, the store is not: the first run has to make everything.
    env = { TEMPER_HOME: home, TEMPER_STORE: join(workspace.home, 'store') };
    for (const folder of ['data', 'pipelines'])
      await cp(join(repository, folder), join(workspace.root, folder), { recursive: true });
    first = await workspace.run('alpaca-glm4', ['-c', 'tiny'], { env });
  }, 15 * minutes);

  /** The readable folder of one output of one step. */
  const artifact = (label: string, output: string): string => {
    const step = first.result?.steps.find((candidate) => candidate.label === label);
    return join(shared().root, step?.outputs[output]?.path ?? `no output ${output} of ${label}`);
  };
  const evaluation = async (label: string): Promise<Evaluation> =>
    JSON.parse(await readFile(join(artifact(label, 'evaluation'), 'evaluation.json'), 'utf8')) as Evaluation;

  it('makes every step in its first run', () => {
    expect(first).toMatchObject({ code: 0, stderr: '', result: { outcome: 'succeeded' } });
    expect(new Set(Object.values(first.outcomes))).toEqual(new Set(['ran']));
    expect(Object.keys(first.result?.outputs ?? {})).toEqual(['model', 'report', 'summary', 'checkpoints']);
  });

  it('reuses every step in its second run', async () => {
    const second = await shared().run('alpaca-glm4', ['-c', 'tiny'], { env });
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(new Set(Object.values(second.outcomes))).toEqual(new Set(['reused']));
  });

  it('plans a change of the learning rate as the README shows it', async () => {
    const { command, output } = shownBy('README.md', 'temper plan alpaca-glm4');
    const { stdout } = await shared().temper(command, { env });
    expect(stdout).toBe(spoken(output, shared().root));
  });

  it('learned more than chance could explain', async () => {
    const [before, after] = [await evaluation('evaluate:before'), await evaluation('evaluate:after')];
    // Not even the ends of their intervals meet.
    expect(after.metrics.loss.high).toBeLessThan(before.metrics.loss.low);
  });

  it(
    'merges a model whose logits are those of base and adapter kept apart',
    async () => {
      const { difference, largest } = await ask<{ difference: number; largest: number }>(compareLogits, [
        join(shared().root, 'output/alpaca-glm4/tiny/model'),
        artifact('load-weights', 'weights'),
        artifact('lora-sft', 'adapter'),
      ]);
      expect(difference).toBeLessThan(1e-4);
      expect(largest).toBeGreaterThan(0.1);
    },
    5 * minutes,
  );

  it(
    'reports the loss that the artifacts give',
    async () => {
      const adapted = [
        ['evaluate:before', ''] as const,
        ['evaluate:after', artifact('lora-sft', 'adapter')] as const,
      ];
      for (const [label, adapter] of adapted) {
        const { loss } = await ask<{ loss: number }>(recomputeLoss, [
          artifact('load-weights', 'weights'),
          artifact('tokenize', 'testTokens'),
          adapter,
        ]);
        expect(Math.abs(loss - (await evaluation(label)).metrics.loss.value)).toBeLessThan(1e-6);
      }
    },
    5 * minutes,
  );

  describe('talking to it', () => {
    chatTests(
      shared,
      () => env,
      async (model, conversation, tokens) =>
        ask<string[]>(answerGreedily, [model, String(tokens), ...conversation]),
    );
  });

  describe('a plan of it', () => {
    editTests(shared, () => env);
  });

  // Last, since a run of a part of the pipeline leaves no merged model in its outputs.
  describe('training it longer', () => {
    longerTests(shared, () => env);
  });
});

interface Metric {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface Evaluation {
  readonly metrics: { readonly loss: Metric };
}

/** Runs a Python program of a few lines that prints one JSON value. */
async function ask<Answer>(program: string, words: readonly string[]): Promise<Answer> {
  const options = { env: { PATH: process.env['PATH'], HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: '1' } };
  const { stdout } = await promisify(execFile)(
    python ?? '',
    ['-W', 'ignore', '-c', program, ...words],
    options,
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null') as Answer;
}

const compareLogits = `
import json, sys, torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
merged_folder, base_folder, adapter_folder = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(merged_folder)
merged = AutoModelForCausalLM.from_pretrained(merged_folder, dtype=torch.float32).eval()
base = AutoModelForCausalLM.from_pretrained(base_folder, dtype=torch.float32).eval()
apart = PeftModel.from_pretrained(base, adapter_folder).eval()
difference = largest = 0.0
with torch.no_grad():
    for text in ["你好", "请写一首关于秋天的短诗。", "What is the capital of France?"]:
        chat = tokenizer.apply_chat_template([{"role": "user", "content": text}], add_generation_prompt=True, return_tensors="pt", return_dict=True)
        one, other = merged(**chat).logits, apart(**chat).logits
        difference = max(difference, (one - other).abs().max().item())
        with apart.disable_adapter():
            largest = max(largest, (one - apart(**chat).logits).abs().max().item())
print(json.dumps({"difference": difference, "largest": largest}))
`;

const recomputeLoss = `
import json, sys, torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM
weights, tokens, adapter = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(weights, dtype=torch.float32)
if adapter:
    from peft import PeftModel
    model = PeftModel.from_pretrained(model, adapter)
model.eval()
held = load_file(f"{tokens}/tokens.safetensors")
offsets = held["offsets"].tolist()
total, count = 0.0, 0
with torch.no_grad():
    for start, end in zip(offsets, offsets[1:]):
        ids, labels = held["input_ids"][start:end].long(), held["labels"][start:end].long()
        logits = model(input_ids=ids[None]).logits[0, :-1].double()
        target = labels[1:]
        learned = target != -100
        losses = torch.nn.functional.cross_entropy(logits[learned], target[learned], reduction="none")
        total, count = total + losses.sum().item(), count + int(learned.sum())
print(json.dumps({"loss": total / count}))
`;

const answerGreedily = `
import json, sys, torch
from transformers import AutoModelForCausalLM, AutoTokenizer
folder, tokens, *conversation = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
stops, messages, answers = model.generation_config.eos_token_id, [], []
for prompt in conversation:
    messages.append({"role": "user", "content": prompt})
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=True)["input_ids"]
    written = []
    while len(written) < int(tokens):
        with torch.no_grad():
            token = model(input_ids=torch.tensor([ids + written])).logits[0, -1].argmax().item()
        if token in stops:
            break
        written.append(token)
    answers.append(tokenizer.decode(written, skip_special_tokens=True).strip())
    messages.append({"role": "assistant", "content": answers[-1]})
print(json.dumps(answers))
`;
