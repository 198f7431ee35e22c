import { join } from 'node:path';
import { ts } from 'ts-morph';
import { expect, it } from 'vitest';
import { createCompiler } from './check.ts';

const compiler = createCompiler();
const service = compiler.getLanguageService().compilerObject;

const before = `
import { compare, evaluate, loadRows, loadWeights, loraSft, split, toChat, tokenize } from '@temper/stages';
const { weights, tokenizer } = loadWeights({ from: 'seed' });
const { rows } = loadRows({ from: 'file', path: 'data/rows.json' });
const { dataset } = toChat({ rows });
const { train, test } = split({ dataset });
const { trainTokens, testTokens } = tokenize({ tokenizer, train, test });
`;

/** A pipeline that is being written, and where in it the mark `¦` stands. */
function write(code: string): { file: string; at: number } {
  const at = before.length + code.indexOf('¦');
  const file = compiler.createSourceFile(
    join(import.meta.dirname, 'written.ts'),
    before + code.replace('¦', ''),
    {
      overwrite: true,
    },
  );
  return { file: file.getFilePath(), at };
}

it.each([
  ['loraSft({ weights, ¦ });', ['continueFrom', 'test', 'tokenizer', 'train']],
  ['compare({ ¦ });', ['evaluations']],
  ['split({ dataset }, { test: 0.1, ¦ });', ['duplicates', 'nearDuplicates', 'seed', 'stratify']],
  ['loadRows({ from: "hub", ¦ });', ['file', 'format', 'hub', 'repo', 'revision']],
  ['loadRows({ from: "¦" });', ['file', 'hub']],
  [
    'loraSft({ weights, tokenizer, train: trainTokens }, { training: { duration: { ¦ } } });',
    ['epochs', 'steps'],
  ],
  ['split({ dataset }, { duplicates: "¦" });', ['drop', 'drop-similar', 'keep']],
])('an editor completes `%s`', (code, offered) => {
  const { file, at } = write(code);
  const found = service.getCompletionsAtPosition(file, at, {})?.entries.map(({ name }) => name);
  expect(found?.sort()).toEqual(offered);
});

it('an editor shows of a call all that it takes', () => {
  const { file, at } = write('evalu¦ate({ weights, tokenizer, test, tokens: testTokens });');
  const shown = ts.displayPartsToString(service.getQuickInfoAtPosition(file, at)?.displayParts);
  expect(shown).toContain('readonly adapter?: Artifact<"lora adapter"> | undefined;');
  expect(shown).toContain('batchSize?: number | undefined;');
});

it('an editor shows of a variable the kind of its artifact', () => {
  const { file, at } = write('const { adap¦ter } = loraSft({ weights, tokenizer, train: trainTokens });');
  const shown = service.getQuickInfoAtPosition(file, at);
  expect(ts.displayPartsToString(shown?.displayParts)).toBe('const adapter: Artifact<"lora adapter">');
});
