/** What the compiler infers of correct declarations. Nothing here runs: `rejected.test.ts` and `tsc` read it. */
import {
  anyOf,
  artifactKind,
  byParam,
  datasetKind,
  defineStage,
  host,
  many,
  optional,
  pipeline,
  type Artifact,
  type Pipeline,
} from '@temper/pipeline';
import { implement, type InputDataset, type InputFolder } from '@temper/pipeline/job';
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
import { expectTypeOf } from 'vitest';
import { z } from 'zod';

// A stage call returns one artifact for each output, each of its kind.
const { weights, tokenizer } = loadWeights({ from: 'hub', repo: 'THUDM/glm-4-9b-hf' });
expectTypeOf(weights).toEqualTypeOf<Artifact<'model weights'>>();
expectTypeOf(tokenizer).toEqualTypeOf<Artifact<'tokenizer'>>();

const { rows } = loadRows({ from: 'file', path: 'data/rows.json', format: 'alpaca' });
const { dataset } = toChat({ rows });
const halves = split({ dataset });
expectTypeOf(halves).toEqualTypeOf<{
  readonly train: Artifact<'train split'>;
  readonly test: Artifact<'test split'>;
}>();

// Inputs first, params second, a name third; params that all have defaults may be left out.
const { train, test } = split({ dataset }, { test: 100, nearDuplicates: null }, { as: 'halves' });
const { trainTokens, testTokens, summary } = tokenize({ tokenizer, train, test }, { maxLength: 512 });

// An optional input may be left out, or be undefined; one branch of a union of params is enough.
loraSft({ weights, tokenizer, train: trainTokens });
loraSft({ weights, tokenizer, train: trainTokens, test: undefined });
const trained = loraSft(
  { weights, tokenizer, train: trainTokens, test: testTokens },
  { training: { duration: { steps: 60 }, schedule: 'cosine' }, lora: { targets: 'all-linear' } },
);
expectTypeOf(trained.checkpoints).toEqualTypeOf<Artifact<'checkpoint set'>>();
const { adapter } = selectCheckpoint({ checkpoints: trained.checkpoints }, { by: 'eval loss' });

// Params and inputs may come from variables, spreads and choices, as long as every name is one of the stage's.
declare const careful: boolean;
const training = { learningRate: 1e-4, duration: careful ? { epochs: 3 } : { steps: 60 } };
loraSft({ weights, tokenizer, train: trainTokens, ...(careful ? { test: testTokens } : {}) }, { training });
split({ dataset }, careful ? { test: 0.1 } : undefined);
const numbers: Record<string, number> = { seed: 1 };
split({ dataset }, numbers);
loadRows(careful ? { from: 'hub', repo: 'owner/rows' } : { from: 'file', path: 'data/rows.json' });

// A list takes artifacts of one kind, also from a loop.
const evaluations = [undefined, adapter, trained.adapter].map(
  (candidate) => evaluate({ weights, adapter: candidate, tokenizer, test, tokens: testTokens }).evaluation,
);
expectTypeOf(evaluations).toEqualTypeOf<Artifact<'evaluation'>[]>();
const { report } = compare({ evaluations });
const { model } = merge({ weights, adapter, tokenizer });
// A merged model is measured as weights are.
evaluate({ weights: model, tokenizer, test, tokens: testTokens });
expectTypeOf(pipeline({ model, report, summary })).toEqualTypeOf<Pipeline>();

// A stage of one's own: the call is typed by its kinds, the implementation by its stage.
const words = datasetKind(import.meta.url, 'words', { row: z.strictObject({ word: z.string() }) });
const grammar = artifactKind(import.meta.url, 'grammar');
const lexicon = artifactKind(import.meta.url, 'lexicon');
const spell = defineStage(import.meta.url, {
  name: 'spell',
  inputs: { words, rules: optional(anyOf(grammar, lexicon)), others: many(words) },
  params: z.strictObject({ loud: z.boolean().default(false), from: z.enum(['a', 'b']) }),
  outputs: { spelt: words, grammar },
  runs: byParam('from', { a: host('./a.ts'), b: host('./b.ts', { network: true }) }),
});

declare const someWords: Artifact<'words'>;
declare const someGrammar: Artifact<'grammar'>;
declare const someLexicon: Artifact<'lexicon'>;
const spelt = spell({ words: someWords, rules: someGrammar, others: [someWords] }, { from: 'a' });
expectTypeOf(spelt.spelt).toEqualTypeOf<Artifact<'words'>>();
spell(
  { words: spelt.spelt, rules: someLexicon, others: [someWords, spelt.spelt] },
  { from: 'b', loud: true },
);

export const spelling = implement<typeof spell>(async ({ inputs, outputs, params }) => {
  expectTypeOf(params).toEqualTypeOf<{ loud: boolean; from: 'a' | 'b' }>();
  expectTypeOf(inputs.words).toEqualTypeOf<InputDataset<{ word: string }>>();
  expectTypeOf(inputs.rules).toEqualTypeOf<InputFolder | undefined>();
  expectTypeOf(inputs.others).toEqualTypeOf<readonly InputDataset<{ word: string }>[]>();
  await outputs.grammar.writeJson('rules.json', []);
  return { spelt: await outputs.spelt.writeRows([{ word: 'word' }]), grammar: outputs.grammar.written() };
});

// Stages without inputs take params first; without required params they can be called with nothing.
const list = defineStage(import.meta.url, {
  name: 'list',
  params: z.strictObject({ count: z.number().default(3) }),
  outputs: { words },
  runs: host('./list.ts'),
});
expectTypeOf(list().words).toEqualTypeOf<Artifact<'words'>>();
expectTypeOf(list).parameters.toEqualTypeOf<
  [params?: Readonly<{ count?: number | undefined }>, options?: { readonly as?: string }]
>();
