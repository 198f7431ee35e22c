/**
 * Artifacts where they do not belong. Every statement is wrong; the comment above it is what the compiler must say,
 * and `rejected.test.ts` holds the two against each other.
 */
import { pipeline } from '@temper/pipeline';
import {
  compare,
  evaluate,
  loadRows,
  loadWeights,
  loraSft,
  merge,
  selectCheckpoint,
  split,
  toChat,
  tokenize,
} from '@temper/stages';

const { weights, tokenizer } = loadWeights({ from: 'seed' });
const { rows } = loadRows({ from: 'file', path: 'data/rows.json' });
const { dataset } = toChat({ rows });
const { train, test } = split({ dataset });
const { trainTokens, testTokens, summary } = tokenize({ tokenizer, train, test });
const { adapter, checkpoints } = loraSft({ weights, tokenizer, train: trainTokens, test: testTokens });
const { evaluation } = evaluate({ weights, tokenizer, test, tokens: testTokens });

// ✗ Type '"rows"' is not assignable to type '"train split"'.
tokenize({ tokenizer, train: rows, test });

// ✗ Type '"chat dataset"' is not assignable to type '"train split"'.
tokenize({ tokenizer, train: dataset, test });

// ✗ Type '"train split"' is not assignable to type '"train tokens"'.
loraSft({ weights, tokenizer, train });

// ✗ Type '"rows"' is not assignable to type '"chat dataset"'.
split({ dataset: rows });

// ✗ Type '"chat dataset"' is not assignable to type '"rows"'.
toChat({ rows: dataset });

// ✗ Type '"test tokens"' is not assignable to type '"train tokens"'.
loraSft({ weights, tokenizer, train: testTokens, test: testTokens });

// ✗ Type '"test split"' is not assignable to type '"train split"'.
// ✗ Type '"train split"' is not assignable to type '"test split"'.
tokenize({ tokenizer, train: test, test: train });

// ✗ Type '"train split"' is not assignable to type '"test split"'.
evaluate({ weights, tokenizer, test: train, tokens: testTokens });

// ✗ Type '"train tokens"' is not assignable to type '"test tokens"'.
evaluate({ weights, tokenizer, test, tokens: trainTokens });

// ✗ Type '"lora adapter"' is not assignable to type '"model weights"'.
// ✗ Type '"model weights"' is not assignable to type '"lora adapter"'.
merge({ weights: adapter, adapter: weights, tokenizer });

// ✗ Type '"checkpoint set"' is not assignable to type '"lora adapter"'.
evaluate({ weights, adapter: checkpoints, tokenizer, test, tokens: testTokens });

// ✗ Property 'weights' is missing in type '{ adapter: Artifact<"lora adapter">; tokenizer: Artifact<"tokenizer">; }' but required in type '{ readonly weights: Artifact<"model weights">; readonly tokenizer: Artifact<"tokenizer">; readonly adapter: Artifact<"lora adapter">; }'.
merge({ adapter, tokenizer });

// ✗ Object literal may only specify known properties, but 'trian' does not exist in type '{ readonly weights: Artifact<"model weights">; readonly tokenizer: Artifact<"tokenizer">; readonly train: Artifact<"train tokens">; readonly test?: Artifact<"test tokens"> | undefined; readonly continueFrom?: Artifact<...> | undefined; }'. Did you mean to write 'train'?
loraSft({ weights, tokenizer, trian: trainTokens });

// ✗ Object literal may only specify known properties, and 'system' does not exist in type '{ readonly rows: Artifact<"rows">; }'.
toChat({ rows, system: 'You answer briefly.' });

// ✗ Expected 1-3 arguments, but got 0.
toChat();

// ✗ Type 'string' is not assignable to type 'Artifact<"rows">'.
toChat({ rows: 'data/rows.json' });

// ✗ Property 'kind' is missing in type '{ readonly dataset: Artifact<"chat dataset">; }' but required in type 'Artifact<"chat dataset">'.
split({ dataset: toChat({ rows }) });

// ✗ Property 'kind' is missing in type '{ readonly adapter: Artifact<"lora adapter">; readonly checkpoints: Artifact<"checkpoint set">; readonly trainingState: Artifact<"training state">; }' but required in type 'Artifact<"lora adapter">'.
merge({ weights, adapter: loraSft({ weights, tokenizer, train: trainTokens }), tokenizer });

// ✗ Type 'Artifact<"evaluation">' is missing the following properties from type 'readonly Artifact<"evaluation">[]': length, concat, join, slice, and 26 more.
compare({ evaluations: evaluation });

// ✗ Type '"token summary"' is not assignable to type '"evaluation"'.
compare({ evaluations: [evaluation, summary] });

// ✗ Property 'tests' does not exist on type '{ readonly train: Artifact<"train split">; readonly test: Artifact<"test split">; }'.
export const { tests } = split({ dataset });

// ✗ Property 'modell' does not exist on type '{ readonly model: Artifact<"merged model">; }'. Did you mean 'model'?
export const unmade = merge({ weights, adapter, tokenizer }).modell;

// ✗ Expected 2-3 arguments, but got 1.
selectCheckpoint({ checkpoints, weights });

// ✗ Property 'mistake' is missing in type '{}' but required in type 'Mistake<"a pipeline needs at least one output">'.
pipeline({});

// ✗ Property 'kind' is missing in type '{ readonly model: Artifact<"merged model">; }' but required in type 'Artifact<string>'.
pipeline({ model: merge({ weights, adapter, tokenizer }) });

// ✗ Type 'string' is not assignable to type 'Artifact<string>'.
pipeline({ model: 'output/model' });

// ✗ Index signature for type 'string' is missing in type 'Artifact<"lora adapter">[]'.
pipeline([adapter]);
