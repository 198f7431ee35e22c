import type { SyntaxNode } from '@lezer/common';
import { ExpressionPrinter, splitAtCommas, type Part } from './expression.ts';
import { readImport } from './import-statement.ts';
import type { ParsedModule } from './parse.ts';
import { LiteralError } from './string.ts';

/** Statements in which commas make tuples, between the words and signs that part them. */
const withTuples = new Set([
  'AssignStatement',
  'UpdateStatement',
  'ReturnStatement',
  'YieldStatement',
  'ExpressionStatement',
  'ForStatement',
  'DeleteStatement',
]);
const separators = new Set([
  'AssignOp',
  'UpdateOp',
  'TypeDef',
  'return',
  'yield',
  'from',
  'for',
  'in',
  'del',
  'async',
  'else',
]);
const indent = '    ';

/**
 * What remains of a module when comments, docstrings, layout, quotes, trailing commas and redundant parentheses are gone:
 * its statements in one spelling, a line each. Undefined where the module is not understood to the last token; such
 * a module counts by its bytes.
 */
export function reduceModule({ source, tree, whole }: ParsedModule): string | undefined {
  if (!whole) return undefined;
  try {
    const printer = new StatementPrinter(source);
    printer.block(tree.topNode, 0, true);
    return printer.text();
  } catch (error) {
    // An expression nested deeper than the stack is as good as one that is not understood.
    if (error instanceof LiteralError || error instanceof RangeError) return undefined;
    throw error;
  }
}

class StatementPrinter {
  private readonly lines: string[] = [];
  private readonly source: string;
  private readonly expressions: ExpressionPrinter;

  constructor(source: string) {
    this.source = source;
    this.expressions = new ExpressionPrinter(source);
  }

  text(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }

  /** The statements of a script, a body or a match. */
  block(node: SyntaxNode, depth: number, mayHaveDocstring: boolean): void {
    let isFirst = mayHaveDocstring;
    for (const statement of this.statements(node)) {
      if (!(isFirst && this.isDocstring(statement))) this.statement(statement, depth);
      isFirst = false;
    }
  }

  private *statements(node: SyntaxNode): Iterable<SyntaxNode> {
    for (const part of this.expressions.parts(node)) {
      if (part.name === 'StatementGroup' && part.node !== undefined) yield* this.statements(part.node);
      else if (part.name === ':' || part.name === ';') continue;
      else if (part.node === undefined) throw new LiteralError(`${part.text} between statements`);
      else yield part.node;
    }
  }

  private statement(node: SyntaxNode, depth: number): void {
    if (node.name === 'ImportStatement') {
      for (const line of this.importLines(node)) this.line(line, depth);
      return;
    }
    let header: Part[] = [];
    const flush = (end: string): void => {
      if (header.length > 0) this.line(`${this.header(node, header)}${end}`, depth);
      header = [];
    };
    for (const part of this.expressions.parts(node)) {
      if (part.node === undefined) {
        header.push(part);
      } else if (part.name === 'Body' || part.name === 'MatchBody') {
        flush(':');
        this.block(
          part.node,
          depth + 1,
          node.name === 'FunctionDefinition' || node.name === 'ClassDefinition',
        );
      } else if (node.name === 'DecoratedStatement') {
        if (part.name === 'Decorator')
          this.line(this.expressions.join(this.expressions.parts(part.node), part.name), depth);
        else this.statement(part.node, depth);
      } else {
        header.push(part);
      }
    }
    flush('');
  }

  private header(node: SyntaxNode, parts: Part[]): string {
    if (withTuples.has(node.name)) return this.withTuples(node, parts);
    switch (node.name) {
      case 'WithStatement':
        return this.withItems(parts);
      case 'MatchClause':
        return this.caseClause(parts);
      case 'ClassDefinition': {
        // `class Name():` is `class Name:`.
        const isEmpty = (part: Part): boolean =>
          part.name === 'ArgList' &&
          part.node !== undefined &&
          this.expressions.parts(part.node).length === 2;
        return this.expressions.join(
          parts.filter((part) => !isEmpty(part)),
          node.name,
        );
      }
      default:
        return this.expressions.join(parts, node.name);
    }
  }

  private withTuples(node: SyntaxNode, parts: readonly Part[]): string {
    const words: string[] = [];
    let operands: Part[] = [];
    const flush = (): void => {
      if (operands.length > 0) words.push(this.expressions.printSequence(operands, node.name));
      operands = [];
    };
    for (const [index, part] of parts.entries()) {
      if (part.node !== undefined && !separators.has(part.name)) {
        // `(x): int` declares nothing and `x: int` does.
        const isTarget = part.name === 'ParenthesizedExpression' && parts[index + 1]?.name === 'TypeDef';
        if (isTarget) words.push(`(${this.expressions.print(part.node)})`);
        else operands.push(part);
        continue;
      }
      flush();
      words.push(this.expressions.join([part], node.name));
    }
    flush();
    // `(yield x)` as a statement is `yield x`.
    if (this.isYield(parts)) return words.join(' ').slice(1, -1);
    return words.join(' ');
  }

  private isYield(parts: readonly Part[]): boolean {
    const only = parts.length === 1 ? parts[0]?.node : undefined;
    return only !== undefined && this.expressions.withoutParentheses(only).name === 'YieldExpression';
  }

  /** `with (a, b):` has two items, with and without the parentheses. */
  private withItems(parts: readonly Part[]): string {
    const at = parts.findIndex((part) => part.name === 'with') + 1;
    const [only, ...others] = parts.slice(at);
    const items =
      only?.node?.name === 'TupleExpression' && others.length === 0
        ? this.expressions.parts(only.node).slice(1, -1)
        : parts.slice(at);
    const words = parts.slice(0, at).map((part) => part.text);
    const printed = splitAtCommas(items)
      .filter((item) => item.length > 0)
      .map((item) => this.expressions.join(item, 'WithStatement'));
    return `${words.join(' ')} ${printed.join(', ')}`;
  }

  private caseClause(parts: readonly Part[]): string {
    const guard = parts.findIndex((part) => part.name === 'Guard');
    const pattern = parts.slice(1, guard === -1 ? undefined : guard);
    const items = splitAtCommas(pattern);
    const printed = items
      .filter((item) => item.length > 0)
      .map((item) => this.expressions.join(item, 'MatchClause'));
    const text = items.length > 1 ? `[${printed.join(', ')}]` : printed.join('');
    const condition = guard === -1 ? '' : ` ${this.expressions.join(parts.slice(guard), 'MatchClause')}`;
    return `case ${text}${condition}`;
  }

  /** Names of one import come in no order of their own; modules of one import are loaded in theirs. */
  private importLines(node: SyntaxNode): string[] {
    const { from, names } = readImport(node, this.source);
    const printed = names.map(({ name, as }) => (as === undefined ? name : `${name} as ${as}`));
    if (from === undefined) return printed.map((name) => `import ${name}`);
    const bound = new Set(names.map(({ name, as }) => as ?? name));
    if (bound.size === names.length) printed.sort();
    return [`from ${'.'.repeat(from.level)}${from.module} import ${printed.join(', ')}`];
  }

  private isDocstring(statement: SyntaxNode): boolean {
    if (statement.name !== 'ExpressionStatement') return false;
    const parts = this.expressions.parts(statement);
    const first = parts.length === 1 ? parts[0]?.node : undefined;
    const only = first && this.expressions.withoutParentheses(first);
    if (only === undefined) return false;
    const literals =
      only.name === 'ContinuedString'
        ? this.expressions.parts(only)
        : [{ name: only.name, text: this.source.slice(only.from, only.to) }];
    return literals.every((literal) => literal.name === 'String' && !/^[a-z]*b/i.test(literal.text));
  }

  private line(text: string, depth: number): void {
    this.lines.push(indent.repeat(depth) + text);
  }
}
