/** Params that a stage does not take. Every statement is wrong; the comment above it is what the compiler must say. */
import { loadRows, loadWeights, loraSft, split, toChat, tokenize } from '@temper/stages';

const { weights, tokenizer } = loadWeights({ from: 'seed' });
const { rows } = loadRows({ from: 'file', path: 'data/rows.json' });
const { dataset } = toChat({ rows });
const { train, test } = split({ dataset });
const { trainTokens } = tokenize({ tokenizer, train, test });
const inputs = { weights, tokenizer, train: trainTokens };

// ✗ Type 'string' is not assignable to type 'number'.
split({ dataset }, { test: '5%' });

// ✗ Type 'number' is not assignable to type '"split has no param `sede`; did you mean `seed`?"'.
split({ dataset }, { test: 0.05, sede: 42 });

const prepared = { test: 0.05, sede: 42 };
// ✗ Type 'number' is not assignable to type '"split has no param `sede`; did you mean `seed`?"'.
split({ dataset }, prepared);

// ✗ Type '"merge"' is not assignable to type '"keep" | "drop" | "drop-similar" | undefined'.
split({ dataset }, { duplicates: 'merge' });

// ✗ Type 'string' is not assignable to type 'number'.
loraSft(inputs, { training: { learningRate: '5e-4' } });

// ✗ Type 'number' is not assignable to type '"lora-sft has no param `training.learnRate`; did you mean `training.learningRate`?"'.
loraSft(inputs, { training: { learnRate: 5e-4 } });

// ✗ Type 'number' is not assignable to type '"lora-sft has no param `training.duration.epoch`; did you mean `training.duration.epochs`?"'.
loraSft(inputs, { training: { duration: { epoch: 3 } } });

// ✗ Type '"exponential"' is not assignable to type '"linear" | "cosine" | "cosine-with-restarts" | "polynomial" | "constant" | "constant-with-warmup" | "inverse-sqrt" | undefined'.
loraSft(inputs, { training: { schedule: 'exponential' } });

// ✗ Type 'number' is not assignable to type '{ epochs: number; } | { steps: number; } | undefined'.
loraSft(inputs, { training: { duration: 3 } });

// ✗ Type '"q_proj"' is not assignable to type 'string[] | "all-linear" | undefined'.
loraSft(inputs, { lora: { targets: 'q_proj' } });

// ✗ Type '"file"' is not assignable to type '"load-rows needs the param `path`"'.
loadRows({ from: 'file' });

// ✗ Argument of type '{ path: string; }' is not assignable to parameter of type '"load-rows needs the param `from`"'.
loadRows({ path: 'data/rows.json' });

// ✗ Type '"data/rows.json"' is not assignable to type '"load-rows takes no `path` with the other params given"'.
loadRows({ from: 'hub', path: 'data/rows.json' });

// ✗ Type '"url"' is not assignable to type '"file" | "hub"'.
loadRows({ from: 'url', path: 'https://example.org/rows.json' });

// ✗ Expected 1-2 arguments, but got 0.
loadRows();

// ✗ Type 'null' is not assignable to type 'string | undefined'.
toChat({ rows }, { system: null });

// ✗ Object literal may only specify known properties, and 'name' does not exist in type 'StepOptions'.
toChat({ rows }, {}, { name: 'chats' });

// ✗ Argument of type '512' is not assignable to parameter of type '"tokenize takes its params by name, in an object"'.
tokenize({ tokenizer, train, test }, 512);
