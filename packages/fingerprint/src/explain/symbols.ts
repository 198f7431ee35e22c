import { parser } from '@lezer/javascript';
import type { SyntaxNode } from '@lezer/common';

/** What a file declares at its top, or does there. */
export interface TopLevel {
  /** Empty for statements that declare nothing. */
  readonly name: string;
  readonly isFunction: boolean;
  readonly lines: readonly string[];
}

/** The top level of a normalised file, by symbol; statements without a name are taken together. */
export function topLevels(path: string, normalised: string): Map<string, TopLevel> {
  if (/\.[cm]?[jt]sx?$/.test(path)) return collect(scriptStatements(normalised));
  if (path.endsWith('.py')) return collect(pythonStatements(normalised));
  return collect([{ name: '', isFunction: false, lines: splitLines(normalised) }]);
}

function collect(statements: Iterable<TopLevel>): Map<string, TopLevel> {
  const symbols = new Map<string, TopLevel>();
  for (const statement of statements) {
    const earlier = symbols.get(statement.name);
    const lines = [...(earlier?.lines ?? []), ...statement.lines];
    symbols.set(statement.name, { ...statement, lines });
  }
  return symbols;
}

function* scriptStatements(source: string): Iterable<TopLevel> {
  const { topNode } = parser.parse(source);
  for (let node = topNode.firstChild; node !== null; node = node.nextSibling) {
    const lines = splitLines(source.slice(node.from, node.to));
    const declaration = node.name === 'ExportDeclaration' ? declarationOf(node) : node;
    const definition = declaration.getChild('VariableDefinition');
    if (definition !== null && declaration.name !== 'ImportDeclaration') {
      const name = source.slice(definition.from, definition.to);
      yield { name, isFunction: isFunction(declaration), lines };
    } else if (node.getChild('default') !== null) {
      yield { name: 'default', isFunction: false, lines };
    } else {
      yield { name: '', isFunction: false, lines };
    }
  }
}

function declarationOf(node: SyntaxNode): SyntaxNode {
  return (
    node.getChild('FunctionDeclaration') ??
    node.getChild('ClassDeclaration') ??
    node.getChild('VariableDeclaration') ??
    node
  );
}

/** `const name = (…) => …` is called like any other function. */
function isFunction(declaration: SyntaxNode): boolean {
  return (
    declaration.name === 'FunctionDeclaration' ||
    declaration.getChild('ArrowFunction') !== null ||
    declaration.getChild('FunctionExpression') !== null
  );
}

/** A normalised statement is one line, and what belongs to it stands further in. */
function* pythonStatements(source: string): Iterable<TopLevel> {
  let lines: string[] = [];
  for (const line of splitLines(source)) {
    const isInner = /^\s|^(?:elif|else|except|finally)\b/.test(line);
    if (!isInner && lines.length > 0 && lines.at(-1)?.startsWith('@') !== true) {
      yield describePython(lines);
      lines = [];
    }
    lines.push(line);
  }
  if (lines.length > 0) yield describePython(lines);
}

function describePython(lines: readonly string[]): TopLevel {
  const head = lines.find((line) => !line.startsWith('@')) ?? '';
  const definition = /^(?:async )?(def|class) (\w+)/.exec(head);
  const name = definition?.[2] ?? /^(\w+)(?::[^=]*)? =/.exec(head)?.[1] ?? '';
  return { name, isFunction: definition?.[1] === 'def', lines };
}

function splitLines(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
