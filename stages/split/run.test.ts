import { expect, it } from 'vitest';
import { runJob } from '../test-job.ts';
import { toConversation } from '../to-chat/conversation.ts';
import implementation from './run.ts';
import { split } from './stage.ts';

const rows = Array.from({ length: 30 }, (_, index) =>
  toConversation(
    { instruction: `${'abcdefghij'[index % 10]}${index * 977} ${index % 7}?`, output: String(index) },
    undefined,
  ),
);

it('writes both halves, each with what was found among the rows', async () => {
  const done = await runJob(implementation, { stage: split, inputs: { dataset: rows }, params: { test: 4 } });
  const [train, test] = [await done.rows('train'), await done.rows('test')];
  expect([train.length, test.length]).toEqual([26, 4]);
  expect(await done.json('test', 'stats.json')).toEqual({
    rows: 30,
    droppedDuplicates: 0,
    droppedSimilar: 0,
    groupsKeptTogether: 0,
    nearDuplicatePrompts: 0,
    examples: [],
    here: 4,
  });
});

it('holds out the rows that are given by hand', async () => {
  const done = await runJob(implementation, {
    stage: split,
    inputs: { dataset: rows, heldOut: rows.slice(0, 3) },
  });
  expect(await done.rows('test')).toEqual(rows.slice(0, 3));
  expect(await done.rows('train')).toEqual(rows.slice(3));
});

it('refuses a number that leaves nothing to train on', async () => {
  await expect(
    runJob(implementation, { stage: split, inputs: { dataset: rows }, params: { test: 30 } }),
  ).rejects.toMatchObject({
    reason: 'bad-input',
    message: 'of 30 rows none is left for the training half with `test: 30`',
    hint: 'ask for fewer test rows: 30 are left when rows that repeat others are dropped',
  });
});

it('refuses rows that all repeat one prompt, and says why they cannot be parted', async () => {
  const same = ['one', 'two'].map((output) => toConversation({ instruction: 'Count.', output }, undefined));
  await expect(runJob(implementation, { stage: split, inputs: { dataset: same } })).rejects.toMatchObject({
    message: 'of 2 rows none is left for the test half with `test: 0.05`',
    hint: 'rows that repeat a prompt, or nearly, stay together (groups: 1); raise `nearDuplicates` or bring more rows',
  });
});
