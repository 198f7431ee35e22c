import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCompiler, messages, readRefusals } from './check.ts';

const compiler = createCompiler();
const rejected = join(import.meta.dirname, 'rejected');

describe.each(readdirSync(rejected))('in rejected/%s the compiler says what the comment says of', (name) => {
  const refusals = readRefusals(compiler.addSourceFileAtPath(join(rejected, name)));

  it.each(refusals.map((refusal) => [refusal.code, refusal] as const))('%s', (_, { expected, actual }) => {
    expect(actual).toEqual(expected);
    expect(expected).not.toEqual([]);
  });
});

it('everything in accepted.ts compiles, its asserted types included', () => {
  const file = compiler.addSourceFileAtPath(join(import.meta.dirname, 'accepted.ts'));
  expect(messages(file)).toEqual([]);
  expect(file.getText()).toContain('toEqualTypeOf');
});

it('a statement that compiles although a comment calls it wrong is noticed', () => {
  const file = compiler.createSourceFile(
    join(rejected, 'sound.ts'),
    "// ✗ Type 'string' is not assignable to type 'number'.\nexport const sound: number = 1;\n",
  );
  expect(readRefusals(file)).toEqual([
    {
      code: 'export const sound: number = 1;',
      expected: ["Type 'string' is not assignable to type 'number'."],
      actual: [],
    },
  ]);
});
