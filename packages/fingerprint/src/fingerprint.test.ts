import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sha256 } from './digest.ts';
import { fingerprint } from './fingerprint.ts';
import { ingredientReasons, leftOut, type Ingredients } from './ingredients.ts';

const ingredients: Ingredients = {
  stage: { name: 'lora-sft', version: 1 },
  code: sha256('code'),
  kinds: { adapter: { kind: 'lora adapter', check: sha256('check') } },
  environment: sha256('environment'),
  params: { training: { learningRate: 5e-4, duration: { epochs: 3 } }, seed: 42 },
  inputs: { train: [sha256('train')], evaluations: [sha256('before'), sha256('after')] },
  externals: { '{"path":"data/rows.json","type":"file"}': sha256('rows') },
};

test('a fingerprint is a golden value', () => {
  expect(fingerprint(ingredients)).toMatchInlineSnapshot(
    `"31c531e569b5650035b365419d27d1f22e4d8a441108beff7fa50011613037f2"`,
  );
});

test('the name of the stage does not count', () => {
  const renamed = { ...ingredients, stage: { ...ingredients.stage, name: 'sft' } };
  expect(fingerprint(renamed)).toBe(fingerprint(ingredients));
});

test('the order in which params were written does not count', () => {
  const params = { seed: 42, training: { duration: { epochs: 3 }, learningRate: 0.0005 } };
  expect(fingerprint({ ...ingredients, params })).toBe(fingerprint(ingredients));
});

describe('every ingredient counts', () => {
  const other = sha256('other');
  test.each<[keyof Ingredients, Partial<Ingredients>]>([
    ['stage', { stage: { name: 'lora-sft', version: 2 } }],
    ['code', { code: other }],
    ['kinds', { kinds: { adapter: { kind: 'lora adapter', check: other } } }],
    ['kinds', { kinds: { adapter: { kind: 'model weights', check: sha256('check') } } }],
    ['environment', { environment: other }],
    ['environment', { environment: null }],
    ['params', { params: { training: { learningRate: 1e-4, duration: { epochs: 3 } }, seed: 42 } }],
    ['inputs', { inputs: { ...ingredients.inputs, train: [other] } }],
    ['inputs', { inputs: { ...ingredients.inputs, evaluations: [sha256('after'), sha256('before')] } }],
    ['inputs', { inputs: { training: ingredients.inputs['train']! } }],
    ['externals', { externals: {} }],
    ['externals', { externals: { '{"path":"data/rows.json","type":"file"}': other } }],
  ])('%s', (_field, change) => {
    expect(fingerprint({ ...ingredients, ...change })).not.toBe(fingerprint(ingredients));
  });
});

test('a param that is not JSON is refused with its path', () => {
  const params = { training: { rate: NaN } };
  expect(() => fingerprint({ ...ingredients, params })).toThrow('params.training.rate is NaN');
});

test('the reference page lists what the code lists, in the same words', () => {
  const page = readFileSync(new URL('../../../docs/reference/fingerprint.md', import.meta.url), 'utf8');
  const rows = (heading: string): string[][] => {
    const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
    const table = section.split('\n').filter((line) => line.startsWith('|'));
    return table.slice(2).map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  };
  const counted = Object.entries(ingredientReasons).flatMap(([field, reasons]) =>
    reasons.map(({ what, why }) => [`\`${field}\``, what, why]),
  );
  expect(rows('What counts')).toEqual(counted);
  expect(rows('What is left out')).toEqual(leftOut.map(({ what, why }) => [what, why]));
});
