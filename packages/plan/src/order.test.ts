import { describe, expect, it } from 'vitest';
import {
  anyOf,
  artifactKind,
  defineStage,
  host,
  many,
  optional,
  pipeline,
  type Artifact,
} from '@temper/pipeline';
import { z } from 'zod';
import { orderCalls } from './order.ts';

const url = 'file:///workspace/stages/x/stage.ts';
const rows = artifactKind(url, 'rows');
const model = artifactKind(url, 'model');
const params = z.strictObject({});
const runs = host('./run.ts');
const load = defineStage(url, { name: 'load', params, outputs: { rows, other: rows }, runs });
const train = defineStage(url, {
  name: 'train',
  inputs: { rows, base: optional(model) },
  params,
  outputs: { model },
  runs,
});
const mix = defineStage(url, {
  name: 'mix',
  inputs: { parts: many(anyOf(rows, model)) },
  params,
  outputs: { rows },
  runs,
});

const here = { file: 'pipelines/a.ts', line: 1, column: 1 };
const order = (outputs: Record<string, unknown>) =>
  orderCalls(pipeline(outputs as Record<string, Artifact>), () => here);
const names = (outputs: Record<string, unknown>) => order(outputs).calls.map(({ call }) => call.stage.name);

describe('an order', () => {
  it('has inputs before users and nothing that no output needs', () => {
    const { rows: used } = load();
    load();
    expect(names({ model: train({ rows: used }).model })).toEqual(['load', 'train']);
  });

  it('has a step once, however often it is used', () => {
    const { rows: first, other } = load();
    const { rows: mixed } = mix({ parts: [first, other, first] });
    const planned = order({ mixed, first });
    expect(planned.calls.map(({ call }) => call.stage.name)).toEqual(['load', 'mix']);
    expect(planned.calls[1]?.wires).toEqual([
      { input: 'parts', step: 0, output: 'rows' },
      { input: 'parts', step: 0, output: 'other' },
      { input: 'parts', step: 0, output: 'rows' },
    ]);
    expect(planned.outputs).toEqual([
      { name: 'mixed', step: 1, output: 'rows' },
      { name: 'first', step: 0, output: 'rows' },
    ]);
  });

  it('has no wire for an optional input that was left out or is undefined', () => {
    const { rows: used } = load();
    expect(order({ model: train({ rows: used, base: undefined }).model }).calls[1]?.wires).toHaveLength(1);
  });

  it('takes a chain that is longer than the stack is deep', () => {
    let { rows: last } = load();
    for (let step = 0; step < 20_000; step++) ({ rows: last } = mix({ parts: [last] }));
    expect(order({ last }).calls).toHaveLength(20_001);
  });
});

describe('what a cast got past the compiler is refused', () => {
  const { rows: some } = load();
  const { model: trained } = train({ rows: some });
  const untyped = (stage: unknown, inputs: unknown): Record<string, Artifact> =>
    (stage as (inputs: unknown) => Record<string, Artifact>)(inputs);

  it.each([
    ['a wrong kind', untyped(train, { rows: trained }), 'wrong-kind'],
    ['a missing input', untyped(train, {}), 'missing-input'],
    ['an unknown input', untyped(train, { rows: some, sort: some }), 'unknown-input'],
    ['a text for an artifact', untyped(train, { rows: 'data.json' }), 'not-an-artifact'],
    ['all outputs for one', untyped(train, { rows: load() }), 'not-an-artifact'],
    ['one artifact for a list', untyped(mix, { parts: some }), 'wrong-input'],
    ['an empty list', untyped(mix, { parts: [] }), 'missing-input'],
  ])('%s, at the call', (_, outputs, code) => {
    expect(() => order(outputs)).toThrow(expect.objectContaining({ code, where: here }));
  });

  it.each(['../model', 'a/b', '', '.hidden', 'a\nb', '..'])(
    'an output named %j, which is no folder',
    (name) => {
      expect(() => order({ [name]: some })).toThrow(
        expect.objectContaining({
          code: 'wrong-name',
          message: `the pipeline's output \`${name}\` cannot be the name of a folder`,
        }),
      );
    },
  );

  it('an output that is not an artifact, and no output at all', () => {
    expect(() => order({ model: load() })).toThrow(
      expect.objectContaining({
        message: "the pipeline's output `model` is not an artifact but all outputs of a call: rows, other",
        where: here,
      }),
    );
    expect(() => order({})).toThrow(expect.objectContaining({ code: 'empty-pipeline', where: here }));
  });

  it('a kind that is declared twice under one name, with both places', () => {
    const again = artifactKind('file:///workspace/stages/kinds/again.ts', 'model');
    const retrain = defineStage(url, {
      name: 'retrain',
      inputs: { model },
      params,
      outputs: { model: again },
      runs,
    });
    expect(() => order({ model: retrain({ model: trained }).model })).toThrow(
      expect.objectContaining({
        code: 'kind-declared-twice',
        message: 'two kinds are both named `model`',
        hint: 'rename one of them: stages/x/stage.ts and stages/kinds/again.ts',
        where: here,
      }),
    );
  });
});
