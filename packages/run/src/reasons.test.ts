import { sha256, type CodeIdentity, type Ingredients } from '@temper/fingerprint';
import type { Manifest } from '@temper/store';
import { expect, it } from 'vitest';
import type { StepIdentity } from './identity.ts';
import { explainDifference, sourceOf } from './reasons.ts';

const ingredients: Ingredients = {
  stage: { name: 'train', version: 1 },
  code: sha256('code'),
  kinds: { model: { kind: 'model', check: sha256('check') } },
  environment: null,
  params: { rate: 1, steps: 10 },
  inputs: { rows: [sha256('rows')] },
  externals: {},
};
const code = { language: 'typescript', files: [], packages: [] } as unknown as CodeIdentity;
const identity: StepIdentity = { code, kinds: {}, environment: null, externals: [] };
const before = { ingredients, ...sourceOf(identity) } as unknown as Manifest;

function reasons(
  changed: Partial<Ingredients>,
  because: (input: string) => string | undefined = () => undefined,
) {
  const now = { ingredients: { ...ingredients, ...changed }, identity };
  return explainDifference(before, now, because).map((reason) => [reason.code, reason.text]);
}

it('a param is named with its old and its new value', () => {
  expect(reasons({ params: { rate: 2, steps: 10 } })).toEqual([['params', 'rate 1 → 2']]);
});

it('an input is named with the step that made it anew, when one did', () => {
  const inputs = { rows: [sha256('other rows')] };
  expect(reasons({ inputs })).toEqual([['input', 'input rows: changed']]);
  expect(reasons({ inputs }, (input) => (input === 'rows' ? 'split' : undefined))).toEqual([
    ['input', 'input rows: changed because split ran'],
  ]);
});

it('everything that differs is named', () => {
  const codes = reasons({ stage: { name: 'train', version: 2 }, params: { rate: 1 } }).map(([name]) => name);
  expect(new Set(codes)).toEqual(new Set(['version', 'params']));
});

it('where nothing differs the result itself is what is gone', () => {
  expect(reasons({})).toEqual([['output-missing', 'its result is gone']]);
});
