import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ground } from './overlay.ts';
import { resolveParams } from './params.ts';

const call = { file: 'pipelines/a.ts', line: 4, column: 7 };
const resolve = (schema: z.ZodType, value: unknown) =>
  resolveParams(
    'train',
    schema,
    ground(value, (path) => ({ from: 'pipeline', where: { ...call, line: 4 + path.length } })),
    call,
  );

it('defaults are filled in, and every leaf has an origin', () => {
  const schema = z.strictObject({
    rate: z.number().default(0.1),
    lora: z.strictObject({ r: z.number(), alpha: z.number().default(32) }),
  });
  const { value, origins } = resolve(schema, { lora: { r: 8 } });
  expect(value).toEqual({ rate: 0.1, lora: { r: 8, alpha: 32 } });
  expect(Object.fromEntries([...origins].map(([path, { from }]) => [path, from]))).toEqual({
    rate: 'default',
    'lora.r': 'pipeline',
    'lora.alpha': 'default',
  });
});

it('a key that the schema does not know is named before anything else is complained about', () => {
  const schema = z.strictObject({ lora: z.strictObject({ alpha: z.number() }) });
  expect(() => resolve(schema, { lora: { alhpa: 32 } })).toThrow(
    expect.objectContaining({
      code: 'unknown-param',
      message: 'train has no param `lora.alhpa`',
      hint: 'did you mean `alpha`?',
      where: { ...call, line: 6 },
    }),
  );
});

it('a key that every object answers to is as unknown as any other', () => {
  expect(() => resolve(z.strictObject({ rate: z.number().default(1) }), { constructor: 1 })).toThrow(
    expect.objectContaining({ message: 'train has no param `constructor`' }),
  );
});

it('a plain object schema refuses unknown keys too, which zod would drop', () => {
  expect(() => resolve(z.object({ a: z.number().default(1) }), { b: 2 })).toThrow(
    expect.objectContaining({ code: 'unknown-param', hint: 'did you mean `a`?' }),
  );
});

it('a value of a wrong type is named at its own place', () => {
  const schema = z.strictObject({ steps: z.number().int() });
  expect(() => resolve(schema, { steps: 'ten' })).toThrow(
    expect.objectContaining({
      code: 'wrong-param',
      message: 'train.steps takes a number, not "ten"',
      where: { ...call, line: 5 },
    }),
  );
});

it('of a union the option that fits best is the one complained about', () => {
  const schema = z.strictObject({
    duration: z.union([z.strictObject({ epochs: z.number() }), z.strictObject({ steps: z.number().int() })]),
  });
  expect(() => resolve(schema, { duration: { steps: 'x' } })).toThrow(
    expect.objectContaining({ message: 'train.duration.steps takes a number, not "x"' }),
  );
});

it('keys of two options of a union are named as what excludes each other', () => {
  const schema = z.strictObject({
    duration: z.union([z.strictObject({ epochs: z.number() }), z.strictObject({ steps: z.number() })]),
  });
  expect(() => resolve(schema, { duration: { epochs: 3, steps: 10 } })).toThrow(
    expect.objectContaining({ message: 'train.duration takes `epochs` or `steps`, not both' }),
  );
});

it('of a union that the value fits nowhere, all options are named', () => {
  const schema = z.strictObject({ targets: z.union([z.literal('all'), z.array(z.string())]) });
  expect(() => resolve(schema, { targets: 7 })).toThrow(
    expect.objectContaining({ message: 'train.targets takes "all" or a list, not 7' }),
  );
  expect(() => resolve(schema, { targets: [1, 2] })).toThrow(
    expect.objectContaining({ message: 'train.targets.0 takes a text, not 1' }),
  );
});

it('a choice that is nearly right is said', () => {
  const schema = z.strictObject({ order: z.enum(['up', 'down']) });
  expect(() => resolve(schema, { order: 'dwon' })).toThrow(
    expect.objectContaining({
      message: 'train.order takes "up" or "down", not "dwon"',
      hint: 'did you mean `down`?',
    }),
  );
});

describe('params are JSON', () => {
  it.each([
    ['a function', () => 1],
    ['a undefined', [undefined]],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a Set', new Set()],
    ['a RegExp', /x/],
    ['a bigint', 1n],
    ['a symbol', Symbol.iterator],
    ['-0', -0],
    ['NaN', NaN],
    ['Infinity', Infinity],
  ])('%s is refused with its path', (_, value) => {
    expect(() => resolve(z.strictObject({ a: z.any() }), { a: { b: [value] } })).toThrow(
      expect.objectContaining({
        code: 'param-not-json',
        message: expect.stringMatching(/^train\.a\.b\.0.* is .+, which params cannot hold$/) as string,
      }),
    );
  });

  it('an undefined property is an absent one', () => {
    const schema = z.strictObject({ a: z.number().optional(), b: z.null() });
    expect(resolve(schema, { a: undefined, b: null }).value).toEqual({ b: null });
  });

  it('what a transform of the schema makes has to be JSON as well', () => {
    const schema = z.strictObject({ day: z.string().transform((text) => new Date(text)) });
    expect(() => resolve(schema, { day: '2026-01-01' })).toThrow(
      expect.objectContaining({ message: 'train.day is a Date, which params cannot hold' }),
    );
  });
});
