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
    if (declaration.name === 'VariableDeclaration') yield* declarators(declaration, source);
    else if (definition !== null && declaration.name !== 'ImportDeclaration') {
      const name = source.slice(definition.from, definition.to);
      yield { name, isFunction: declaration.name === 'FunctionDeclaration', lines };
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

/** The variables of one statement, each by itself: `const a = 1, b = 2`. What a pattern takes apart stays together. */
function* declarators(declaration: SyntaxNode, source: string): Iterable<TopLevel> {
  const keyword = source.slice(declaration.from, declaration.firstChild?.to);
  const commas = declaration.getChildren(',').map(({ from }) => from);
  const ends = [...commas, declaration.getChild(';')?.from ?? declaration.to];
  let from = declaration.firstChild?.to ?? declaration.from;
  for (const end of ends) {
    const within = (name: string): SyntaxNode | undefined =>
      declaration.getChildren(name).find((node) => node.from >= from && node.to <= end);
    const target = within('VariableDefinition') ?? within('ObjectPattern') ?? within('ArrayPattern');
    yield {
      name: target === undefined ? '' : namesIn(target, source).join(', '),
      // `const name = (…) => …` is called like any other function.
      isFunction: within('ArrowFunction') !== undefined || within('FunctionExpression') !== undefined,
      lines: splitLines(`${exporting(declaration)}${keyword} ${source.slice(from, end).trim()};`),
    };
    from = end + 1;
  }
}

function exporting(declaration: SyntaxNode): string {
  return declaration.parent?.name === 'ExportDeclaration' ? 'export ' : '';
}

/** The names that a pattern gives to what it takes apart. */
function namesIn(target: SyntaxNode, source: string): readonly string[] {
  const isShort =
    target.name === 'PatternProperty' &&
    ['VariableDefinition', 'ObjectPattern', 'ArrayPattern'].every((name) => target.getChild(name) === null);
  if (target.name === 'VariableDefinition' || isShort) {
    const name = isShort ? target.getChild('PropertyName') : target;
    return name === null ? [] : [source.slice(name.from, name.to)];
  }
  const names: string[] = [];
  for (let node = target.firstChild; node !== null; node = node.nextSibling)
    names.push(...namesIn(node, source));
  return names;
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
  // Also `first, second = …`, with parentheses or without, and what is added to a name, as in `NAMES += […]`.
  const assigned = /^\(?(\w+(?:, \*?\w+)*)\)?(?::[^=]*)? (?:[-+*/%@&|^]|\*\*|\/\/|<<|>>)?=(?!=)/.exec(head);
  const name = definition?.[2] ?? assigned?.[1] ?? '';
  return { name, isFunction: definition?.[1] === 'def', lines };
}

function splitLines(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
