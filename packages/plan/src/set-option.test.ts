import { expect, it } from 'vitest';
import { readSetOptions, setOverlay } from './set-option.ts';

const one = async (text: string) => (await readSetOptions([text]))[0]!;

it('an option is an address, a path and one YAML value', async () => {
  expect(await one('lora-sft.training.learningRate=5e-4')).toEqual({
    text: 'lora-sft.training.learningRate=5e-4',
    address: 'lora-sft',
    path: ['training', 'learningRate'],
    value: 5e-4,
  });
  expect(await one('evaluate:after.batchSize=8')).toMatchObject({ address: 'evaluate:after', value: 8 });
});

it.each([
  ['true', true],
  ['null', null],
  ['[q_proj, v_proj]', ['q_proj', 'v_proj']],
  ['{ epochs: 2 }', { epochs: 2 }],
  ['"0.1"', '0.1'],
  ['yes', 'yes'],
  ['a=b', 'a=b'],
  ['', null],
])('the value %s is what it looks like', async (text, value) => {
  expect((await one(`split.test=${text}`)).value).toEqual(value);
});

it('the value goes into the nest that its path names', async () => {
  expect(setOverlay(await one('a.b.c=1'))).toEqual({ b: { c: 1 } });
});

it.each(['split', 'split=1', '.test=1', 'split.=1', 'split..test=1', ''])(
  '`%s` is refused, with an example',
  async (text) => {
    await expect(readSetOptions([text])).rejects.toMatchObject({
      code: 'broken-set',
      message: `\`--set ${text}\` is not STEP.path=VALUE`,
    });
  },
);

it('a value that is not YAML is refused', async () => {
  await expect(readSetOptions(['split.test=[1'])).rejects.toMatchObject({
    code: 'broken-set',
    hint: 'put texts with special characters into quotes',
  });
});
