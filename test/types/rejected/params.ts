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

// ✗ Object literal may only specify known properties, and 'sede' does not exist in type 'Readonly<{ test?: number | undefined; seed?: number | undefined; stratify?: "length" | "tool" | "none" | "turns" | undefined; duplicates?: "keep" | "drop" | "drop-similar" | undefined; nearDuplicates?: number | ... 1 more ... | undefined; }>'.
split({ dataset }, { test: 0.05, sede: 42 });

// ✗ Type '"merge"' is not assignable to type '"keep" | "drop" | "drop-similar" | undefined'.
split({ dataset }, { duplicates: 'merge' });

// ✗ Type 'string' is not assignable to type 'number'.
loraSft(inputs, { training: { learningRate: '5e-4' } });

// ✗ Object literal may only specify known properties, but 'learnRate' does not exist in type '{ duration?: { epochs: number; } | { steps: number; } | undefined; learningRate?: number | undefined; schedule?: "linear" | "cosine" | "cosine-with-restarts" | "polynomial" | "constant" | "constant-with-warmup" | "inverse-sqrt" | undefined; ... 15 more ...; dataSeed?: number | ... 1 more ... | undefined; }'. Did you mean to write 'learningRate'?
loraSft(inputs, { training: { learnRate: 5e-4 } });

// ✗ Type '"exponential"' is not assignable to type '"linear" | "cosine" | "cosine-with-restarts" | "polynomial" | "constant" | "constant-with-warmup" | "inverse-sqrt" | undefined'.
loraSft(inputs, { training: { schedule: 'exponential' } });

// ✗ Type 'number' is not assignable to type '{ epochs: number; } | { steps: number; } | undefined'.
loraSft(inputs, { training: { duration: 3 } });

// ✗ Type '"q_proj"' is not assignable to type 'string[] | "all-linear" | undefined'.
loraSft(inputs, { lora: { targets: 'q_proj' } });

// ✗ Property 'path' is missing in type '{ from: "file"; }' but required in type 'Readonly<{ from: "file"; path: string; format?: "auto" | "alpaca" | "sharegpt" | "messages" | undefined; }>'.
loadRows({ from: 'file' });

// ✗ Object literal may only specify known properties, and 'path' does not exist in type 'Readonly<{ from: "hub"; repo: string; revision?: string | undefined; hub?: "huggingface" | "modelscope" | undefined; file?: string | undefined; format?: "auto" | "alpaca" | "sharegpt" | "messages" | undefined; }>'.
loadRows({ from: 'hub', path: 'data/rows.json' });

// ✗ Type '"url"' is not assignable to type '"file" | "hub"'.
loadRows({ from: 'url', path: 'https://example.org/rows.json' });

// ✗ Expected 1-2 arguments, but got 0.
loadRows();

// ✗ Type 'null' is not assignable to type 'string | undefined'.
toChat({ rows }, { system: null });

// ✗ Object literal may only specify known properties, and 'name' does not exist in type 'StepOptions'.
toChat({ rows }, {}, { name: 'chats' });

// ✗ Type '512' has no properties in common with type 'Readonly<{ maxLength?: number | undefined; trainingTemplate?: "auto" | "glm4" | "chatml" | undefined; maxDropped?: number | undefined; }>'.
tokenize({ tokenizer, train, test }, 512);
