/** Stages that promise too little, or the wrong thing. Every statement is wrong, as the comment above it says. */
import { artifactKind, datasetKind, defineStage, host, many, optional, python } from '@temper/pipeline';
import { implement } from '@temper/pipeline/job';
import { z } from 'zod';

const letters = datasetKind(import.meta.url, 'letters', { row: z.strictObject({ letter: z.string() }) });
const words = artifactKind(import.meta.url, 'words');
const params = z.strictObject({ loud: z.boolean().default(false) });

const spell = defineStage(import.meta.url, {
  name: 'spell',
  inputs: { words, hints: optional(words) },
  params,
  outputs: { letters, summary: words },
  runs: host('./run.ts'),
});

// ✗ Type '{}' is not assignable to type '"a stage needs at least one output"'.
defineStage(import.meta.url, { name: 'void', params, outputs: {}, runs: host('./run.ts') });

// ✗ Type 'Many<DatasetKind<"letters", ZodObject<{ letter: ZodString; }, $strict>>>' is not assignable to type '"the output `letters` is of one kind, and always there"'.
defineStage(import.meta.url, {
  name: 'many',
  params,
  outputs: { letters: many(letters) },
  runs: host('./run.ts'),
});

// ✗ Type 'string' is not assignable to type 'Port'.
defineStage(import.meta.url, {
  name: 'text',
  inputs: { words: 'words' },
  params,
  outputs: { letters },
  runs: host('./run.ts'),
});

// ✗ Object literal may only specify known properties, and 'loud' does not exist in type 'ZodType<unknown, unknown, $ZodTypeInternals<unknown, unknown>>'.
defineStage(import.meta.url, {
  name: 'plain',
  params: { loud: true },
  outputs: { letters },
  runs: host('./run.ts'),
});

// ✗ Argument of type '"./run.py"' is not assignable to parameter of type '`./${string}.ts`'.
defineStage(import.meta.url, { name: 'script', params, outputs: { letters }, runs: host('./run.py') });

// ✗ Expected 2 arguments, but got 1.
defineStage(import.meta.url, { name: 'bare', params, outputs: { letters }, runs: python('./run.py') });

// ✗ Property 'summary' is missing in type '{ letters: Written<"letters">; }' but required in type '{ readonly letters: Written<"letters">; readonly summary: Written<"words">; }'.
implement<typeof spell>(async (job) => {
  return { letters: await job.outputs.letters.writeRows([{ letter: 'a' }]) };
});

// ✗ Type 'void' is not assignable to type '{ readonly letters: Written<"letters">; readonly summary: Written<"words">; }'.
implement<typeof spell>(async (job) => {
  await job.outputs.letters.writeRows([{ letter: 'a' }]);
});

// ✗ Type '"letters"' is not assignable to type '"words"'.
implement<typeof spell>(async (job) => {
  const written = await job.outputs.letters.writeRows([{ letter: 'a' }]);
  return { letters: written, summary: written };
});

// ✗ Type 'number' is not assignable to type 'string'.
implement<typeof spell>(async (job) => {
  const summary = job.outputs.summary.written();
  return { letters: await job.outputs.letters.writeRows([{ letter: 1 }]), summary };
});

// ✗ 'inputs.hints' is possibly 'undefined'.
implement<typeof spell>(async ({ inputs, outputs }) => {
  await outputs.summary.write('hints.txt', await inputs.hints.text('hints.txt'));
  return { letters: await outputs.letters.writeRows([]), summary: outputs.summary.written() };
});

// ✗ Property 'quiet' does not exist on type '{ loud: boolean; }'.
implement<typeof spell>(async ({ params: { quiet }, outputs }) => {
  return { letters: await outputs.letters.writeRows(quiet), summary: outputs.summary.written() };
});
