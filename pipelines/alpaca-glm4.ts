/** GLM-4-9B learns to follow Chinese instructions: LoRA on Alpaca-GPT4-zh, measured before and after, and merged. */
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

const { weights, tokenizer } = loadWeights({ from: 'hub', repo: 'THUDM/glm-4-9b-hf', revision: 'main' });
const { rows } = loadRows({ from: 'hub', repo: 'llamafactory/alpaca_gpt4_zh', revision: 'main' });
const { dataset } = toChat({ rows });
const { train, test } = split({ dataset }, { test: 0.05, seed: 42 });
const { trainTokens, testTokens, summary } = tokenize({ tokenizer, train, test }, { maxLength: 512 });

const { adapter, checkpoints } = loraSft(
  { weights, tokenizer, train: trainTokens, test: testTokens },
  {
    lora: { r: 8, alpha: 32, dropout: 0.1, targets: ['q_proj', 'k_proj', 'v_proj'] },
    training: { learningRate: 5e-4, duration: { epochs: 3 }, batchSize: 2 },
    predictions: { prompts: ['你好，请介绍一下你自己。', '请写一首关于秋天的短诗。'] },
  },
);

const { evaluation: before } = evaluate({ weights, tokenizer, test, tokens: testTokens });
const { evaluation: after } = evaluate({ weights, adapter, tokenizer, test, tokens: testTokens });
const { report } = compare({ evaluations: [before, after] });
const { model } = merge({ weights, adapter, tokenizer });

export default pipeline({ model, report, summary, checkpoints });
