/** GLM-4-9B learns to call functions and goes on following instructions: tool conversations and Alpaca rows, half and half. */
import { pipeline } from '@temper/pipeline';
import {
  compare,
  evaluate,
  loadRows,
  loadWeights,
  loraSft,
  merge,
  mix,
  split,
  toChat,
  tokenize,
} from '@temper/stages';

const { weights, tokenizer } = loadWeights({ from: 'hub', repo: 'THUDM/glm-4-9b-hf', revision: 'main' });
const { rows: instructionRows } = loadRows({
  from: 'hub',
  repo: 'llamafactory/alpaca_gpt4_zh',
  revision: 'main',
});
const { rows: toolRows } = loadRows({
  from: 'hub',
  repo: 'llamafactory/glaive_toolcall_zh',
  revision: 'main',
});
const { dataset: instructions } = toChat({ rows: instructionRows });
// Calls are held against the JSON Schema of their function; the chat template lists the tools in the system turn.
const { dataset: toolCalls } = toChat({ rows: toolRows }, { wrongCalls: 'drop' });
const { dataset } = mix({ datasets: [instructions, toolCalls] }, { counts: [1000, 1000], seed: 42 });
const { train, test } = split({ dataset }, { test: 0.1, seed: 42, stratify: 'tool' });
const { trainTokens, testTokens, summary } = tokenize({ tokenizer, train, test }, { maxLength: 2048 });

const { adapter, checkpoints } = loraSft(
  { weights, tokenizer, train: trainTokens, test: testTokens },
  {
    lora: { r: 8, alpha: 32, dropout: 0.1, targets: ['q_proj', 'k_proj', 'v_proj'] },
    training: { learningRate: 5e-4, duration: { epochs: 3 }, batchSize: 2 },
  },
);

const { evaluation: before } = evaluate({ weights, tokenizer, test, tokens: testTokens });
const { evaluation: after } = evaluate({ weights, adapter, tokenizer, test, tokens: testTokens });
const { report } = compare({ evaluations: [before, after] });
const { model } = merge({ weights, adapter, tokenizer });

export default pipeline({ model, report, summary, checkpoints });
