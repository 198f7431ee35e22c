import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import ts from 'typescript';
import { chinese } from './zh.ts';

const root = join(import.meta.dirname, '../../../..');

/** Sources whose sentences no command shows: the reference of fingerprints is English, and so are a client of its own and reports. */
const apart =
  /\/(swanlab-http|report|conformance|testing|dist|node_modules|bench)\/|ingredients\.ts$|\.test\.ts$/;

/** Parts of sentences, which the sentences around them translate, and what only ever stands in the report of a bug. */
const parts =
  /^packages\/fingerprint\/src\/(canonical|python\/(reduce|string))\.ts: |: (the lock of 7 7|7convert it with `iconv -f 7 -t UTF-8 7 > converted`|other words|`--compare base`|7 7 here already|The folder 7 7|7 of 7 rows of 7 7 not fit the 7 format\n77)$/;

it('what an error says has a sentence in Chinese', () => {
  const untranslated = new Set<string>();
  let known = 0;
  for (const path of sources()) {
    for (const sentence of sentencesIn(path)) {
      const told = `${relative(root, path)}: ${sentence}`;
      if (/\p{Script=Han}/u.test(chinese.say(sentence))) known += 1;
      else if (!parts.test(told)) untranslated.add(told);
    }
  }
  expect(known).toBeGreaterThan(300);
  expect([...untranslated]).toEqual([]);
});

it('what a Python stage says of a failure, of what it does, or as a warning, has a sentence in Chinese', () => {
  const untranslated = new Set<string>();
  let known = 0;
  for (const path of pythonSources()) {
    for (const sentence of sentencesOfPython(readFileSync(path, 'utf8').replace(/"""[^]*?"""/g, ''))) {
      if (/\p{Script=Han}/u.test(chinese.say(sentence))) known += 1;
      else untranslated.add(`${relative(root, path)}: ${sentence}`);
    }
  }
  expect(known).toBeGreaterThan(90);
  expect([...untranslated]).toEqual([]);
});

function pythonSources(): readonly string[] {
  return ['packages/trl-backend', 'stages'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(root, folder, path))
      .filter((path) => path.endsWith('.py') && !/\/(tests\w*|make|node_modules)\/|testing\.py$/.test(path)),
  );
}

/** The texts that are given to errors, verdicts and hints; 7 stands for what is put in, as it does above. */
function sentencesOfPython(source: string): readonly string[] {
  const literal = /(f?)(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")/;
  // Literals that stand side by side are one.
  const text = new RegExp(`${literal.source}(?:\\s+${literal.source.replaceAll('(f?)', 'f?')})*`, 'g');
  return [
    ...source.matchAll(/\b(?:JobError|Bad|verdict|explained|warning|phase)\(|_hint\(.*\) -> str:/g),
  ].flatMap(({ index, 0: call }) => {
    const end = call.endsWith('(') ? endOfCall(source, index + call.length) : source.indexOf('\n\n\n', index);
    return [...source.slice(index, end).matchAll(text)]
      .map(([run]) =>
        [...run.matchAll(new RegExp(literal, 'g'))]
          .map(([, form, single, double]) => {
            const written = single ?? double ?? '';
            return form === 'f' ? written.replace(/\{[^{}]*\}/g, '7') : written;
          })
          .join(''),
      )
      .filter((sentence) => /[a-z]{2,} [a-z]{2,}/.test(sentence))
      .map((sentence) => sentence.replace(/: $/, ': 7'));
  });
}

/** Where the parenthesis that opened just before `from` closes. */
function endOfCall(source: string, from: number): number {
  let depth = 1;
  let at = from;
  while (depth > 0) {
    const quote = /^(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/.exec(source.slice(at, at + 500));
    if (source[at] === '(') depth += 1;
    if (source[at] === ')') depth -= 1;
    at += quote?.[0].length ?? 1;
  }
  return at;
}

function sources(): readonly string[] {
  return ['packages', 'stages'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(root, folder, path))
      .filter((path) => path.endsWith('.ts') && !apart.test(path)),
  );
}

/** What is given to errors of ours and to the fields that are printed, as far as it is written out; 7 stands for what is put in. */
function sentencesIn(path: string): readonly string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    // A bare Error is a bug, which is reported as it stands.
    if (ts.isNewExpression(node) && /^(?!Type|Range)\w+Error$/.test(node.expression.getText()))
      found.push(...(node.arguments ?? []).flatMap(textsOf));
    if (ts.isCallExpression(node) && /\.(warning|phase)$/.test(node.expression.getText()))
      found.push(...node.arguments.flatMap(textsOf));
    if (ts.isCallExpression(node)) found.push(...textsOfCall(node));
    if (ts.isPropertyAssignment(node) && /^(hint|message|text|why|what|refusal)$/.test(node.name.getText()))
      found.push(...textsOf(node.initializer));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter((text) => /[a-z]{2,} [a-z]{2,}/.test(text));
}

/** Functions that make errors, or are given their reasons, and what stands before the reason in the message. */
const makers = new Map([
  ['badRows', ''],
  ['trouble', ''],
  ['fail', ''],
  ['wrongDigest', ''],
  ['changed', ''],
  ['unexpected', ''],
  ['bad', '7 '],
  ['badFolder', 'The folder 7 '],
]);

function textsOfCall({ expression, arguments: given }: ts.CallExpression): readonly string[] {
  const before = makers.get(expression.getText());
  if (before === undefined) return [];
  return given.flatMap((argument, at) => textsOf(argument).map((text) => (at === 1 ? before + text : text)));
}

function textsOf(node: ts.Node): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map(({ literal }) => `7${literal.text}`).join('')];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(textsOf);
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  const isChoice =
    ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
  return isChoice ? [node.left, node.right].flatMap(textsOf) : [];
}
