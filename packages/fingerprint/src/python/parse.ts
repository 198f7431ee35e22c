import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';

export interface ParsedModule {
  readonly source: string;
  readonly tree: Tree;
  /** Whether the parser understood all of it. */
  readonly whole: boolean;
}

/**
 * Parses a module. The parser never fails: what it does not understand is an error node in the tree. Where its grammar
 * falls short of Python's, the source is put in words that it knows and that mean the same.
 */
export function parseModule(text: string): ParsedModule {
  const source = text.replace(/^\uFEFF/, '');
  const parsed = parse(completeNumbers(parse(source)));
  return parsed.whole ? parsed : parse(flattenWith(parsed.source));
}

function parse(source: string): ParsedModule {
  const tree = parser.parse(source);
  return { source, tree, whole: isWhole(tree, source) };
}

/** `5.` and `1.e3` become `5.0` and `1.0e3`: the parser takes their points for those of members. */
function completeNumbers({ source, tree }: ParsedModule): string {
  if (!/\d\.(?!\d)/.test(source)) return source;
  let complete = '';
  let at = 0;
  tree.iterate({
    enter({ name, from, to }) {
      if (name !== 'Number' || !/^\d[\d_]*$/.test(source.slice(from, to))) return;
      if (!/^\.(?:[eE][-+]?\d|[jJ]\b|(?!\w))/.test(source.slice(to, to + 4))) return;
      complete += `${source.slice(at, to)}.0`;
      at = to + 1;
    },
  });
  return complete + source.slice(at);
}

function isWhole(tree: Tree, source: string): boolean {
  if (tree.length !== source.length) return false;
  const cursor = tree.cursor();
  do {
    if (cursor.type.isError && !isKnownGap(cursor.node, source)) return false;
  } while (cursor.next());
  return true;
}

/**
 * Correct Python that this grammar has no rule for, and recovers from without losing a token or its place: `yield`
 * alone, a pattern of a class without arguments, and the star of `for *rest, last in rows`, `x[*index]`, `*args: *Types`.
 */
function isKnownGap(error: SyntaxNode, source: string): boolean {
  const parent = error.parent?.name ?? '';
  const text = source.slice(error.from, error.to);
  if (text === '' && parent === 'LiteralPattern') return error.parent?.parent?.name === 'PatternArgList';
  if (text === '') return /^Yield(?:Statement|Expression)$/.test(parent);
  return text === '*' && /^(?:\w*ComprehensionExpression|ArgList|MemberExpression|TypeDef)$/.test(parent);
}

/** Blanks the parentheses of `with (a as b, c as d):`, its line ends and comments; all else keeps its place. */
function flattenWith(source: string): string {
  let flat = source;
  for (const match of source.matchAll(/^[ \t]*(?:async[ \t]+)?with[ \t]*(?=\()/gm)) {
    const open = match.index + match[0].length;
    const group = scanGroup(source, open);
    if (group === undefined || !group.hasAlias || !/^[ \t]*:/.test(source.slice(group.close + 1))) continue;
    let inside = source.slice(open + 1, group.close);
    for (const [from, to] of group.blanks) {
      const start = from - open - 1;
      inside = inside.slice(0, start) + ' '.repeat(to - from) + inside.slice(to - open - 1);
    }
    inside = inside.replace(/,\s*$/, (comma) => ' '.repeat(comma.length));
    flat = `${flat.slice(0, open)} ${inside} ${flat.slice(group.close + 1)}`;
  }
  return flat;
}

const token =
  /(?:[a-z]{0,2})(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')|#[^\n]*|\r?\n|[([{]|[)\]}]|\w+|[^]/giy;

/** The parenthesis that closes the one at `open`, and what in between only lays the code out. */
function scanGroup(
  source: string,
  open: number,
): { close: number; blanks: [number, number][]; hasAlias: boolean } | undefined {
  const blanks: [number, number][] = [];
  let hasAlias = false;
  let depth = 0;
  token.lastIndex = open;
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [text] = match;
    if (/^[([{]$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text) && --depth === 0) return { close: match.index, blanks, hasAlias };
    else if (text === 'as' && depth === 1) hasAlias = true;
    else if (/^(?:#|\r?\n$)/.test(text)) blanks.push([match.index, match.index + text.length]);
  }
  return undefined;
}
