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

// ✗ Argument of type '{ adapter: Artifact<"lora adapter">; tokenizer: Artifact<"tokenizer">; }' is not assignable to parameter of type '"merge needs the input `weights`"'.
merge({ adapter, tokenizer });

// ✗ Argument of type '{ tokenizer: Artifact<"tokenizer">; }' is not assignable to parameter of type '"merge needs the input `weights`" | "merge needs the input `adapter`"'.
merge({ tokenizer });

// ✗ Argument of type '{ weights: Artifact<"model weights">; tokenizer: Artifact<"tokenizer">; adapter?: Artifact<"lora adapter">; }' is not assignable to parameter of type '"merge needs the input `adapter`"'.
merge({ ...(rows.kind === 'rows' ? { adapter } : {}), weights, tokenizer });

// ✗ Type 'Artifact<"train tokens">' is not assignable to type '"lora-sft has no input `trian`; did you mean `train`?"'.
loraSft({ weights, tokenizer, trian: trainTokens });

// ✗ Type '"You answer briefly."' is not assignable to type '"to-chat has no input `system`"'.
toChat({ rows, system: 'You answer briefly.' });

// ✗ Type 'Artifact<"train split">' is not assignable to type '"evaluate has no input `train`"'.
evaluate({ weights, tokenizer, ...split({ dataset }), tokens: testTokens });

// ✗ Expected 1-3 arguments, but got 0.
toChat();

// ✗ Type 'string' is not assignable to type 'Artifact<"rows">'.
toChat({ rows: 'data/rows.json' });

// ✗ Type 'Artifact<"rows">[]' is not assignable to type '"`rows` of to-chat is one artifact, not a list"'.
toChat({ rows: [rows] });

// ✗ Argument of type 'Artifact<"rows">' is not assignable to parameter of type '"to-chat takes its inputs by name, in an object"'.
toChat(rows);

// ✗ Type '{ readonly dataset: Artifact<"chat dataset">; }' is not assignable to type '"`dataset` of split is one artifact, not all outputs of a stage"'.
split({ dataset: toChat({ rows }) });

// ✗ Type '{ readonly adapter: Artifact<"lora adapter">; readonly checkpoints: Artifact<"checkpoint set">; readonly trainingState: Artifact<"training state">; }' is not assignable to type '"`adapter` of merge is one artifact, not all outputs of a stage"'.
merge({ weights, adapter: loraSft({ weights, tokenizer, train: trainTokens }), tokenizer });

// ✗ Type 'Artifact<"evaluation">' is not assignable to type '"`evaluations` of compare is a list of artifacts, as in [first, second]"'.
compare({ evaluations: evaluation });

// ✗ Type '{ readonly evaluation: Artifact<"evaluation">; }' is not assignable to type '"`evaluations` of compare is a list of artifacts, as in [first, second]"'.
compare({ evaluations: evaluate({ weights, tokenizer, test, tokens: testTokens }) });

// ✗ Type '{ readonly evaluation: Artifact<"evaluation">; }' is not assignable to type 'Artifact<"evaluation"> | "each of `evaluations` of compare is one artifact, not all outputs of a stage"'.
compare({ evaluations: [evaluation, evaluate({ weights, tokenizer, test, tokens: testTokens })] });

// ✗ Argument of type 'Artifact<"evaluation">[]' is not assignable to parameter of type '"compare takes its inputs by name, in an object"'.
compare([evaluation]);

// ✗ Type '"token summary"' is not assignable to type '"evaluation"'.
compare({ evaluations: [evaluation, summary] });

// ✗ Property 'tests' does not exist on type '{ readonly train: Artifact<"train split">; readonly test: Artifact<"test split">; }'.
export const { tests } = split({ dataset });

// ✗ Property 'modell' does not exist on type '{ readonly model: Artifact<"merged model">; }'. Did you mean 'model'?
export const unmade = merge({ weights, adapter, tokenizer }).modell;

// ✗ Expected 2-3 arguments, but got 1.
selectCheckpoint({ checkpoints, weights });

// ✗ Argument of type '{}' is not assignable to parameter of type '"a pipeline needs at least one output"'.
pipeline({});

// ✗ Type '{ readonly model: Artifact<"merged model">; }' is not assignable to type '"the output `model` is one artifact, not all outputs of a stage"'.
pipeline({ model: merge({ weights, adapter, tokenizer }) });

// ✗ Type 'string' is not assignable to type 'Artifact<string>'.
pipeline({ model: 'output/model' });

// ✗ Argument of type 'Artifact<"lora adapter">[]' is not assignable to parameter of type '"a pipeline names its outputs, as in { model, report }"'.
pipeline([adapter]);

// ✗ Type 'Artifact<"evaluation">[]' is not assignable to type '"the output `evaluations` is one artifact, not a list"'.
pipeline({ evaluations: [evaluation] });
