import type { SyntaxNode } from '@lezer/common';
import { groupOperators, printOperation, type Operation, type OperationToken } from './operators.ts';
import { printString, stringValue } from './string.ts';

/** A child of a node, or text between children that the grammar gives no node to (`->`, the `/` of parameters). */
export interface Part {
  readonly name: string;
  readonly node: SyntaxNode | undefined;
  readonly text: string;
}

/** Read anew by {@link groupOperators}. */
const operators = new Set(['BinaryExpression', 'UnaryExpression', 'AwaitExpression']);
/** Bind so weakly that they are always printed in parentheses. */
const weak = new Set(['ConditionalExpression', 'LambdaExpression', 'NamedExpression', 'YieldExpression']);
const operatorNames = /^(?:ArithOp|BitOp|CompareOp|and|or|not|in|is|await)$/;
const postfix = new Set(['MemberExpression', 'CallExpression']);
/** Follow what they belong to without a space. */
const brackets = new Set(['ArgList', 'ParamList', 'TypeParamList', 'PatternArgList']);
const isComprehension = (name: string): boolean => name.endsWith('ComprehensionExpression');
/** After one more element, a comma before the closing bracket says nothing. */
const bracketed = new Set([
  'ArgList',
  'ParamList',
  'ArrayExpression',
  'SetExpression',
  'DictionaryExpression',
  'TypeParamList',
  'PatternArgList',
  'MappingPattern',
]);

/** All parts of a node but comments and white space. */
function partsOf(node: SyntaxNode, source: string): Part[] {
  const parts: Part[] = [];
  const between = (from: number, to: number): void => {
    for (const text of source
      .slice(from, to)
      .replace(/\\\r?\n/g, ' ')
      .trim()
      .split(/\s+/)) {
      if (text !== '') parts.push({ name: text, node: undefined, text });
    }
  };
  let at = node.from;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    between(at, child.from);
    at = child.to;
    if (child.name === 'Comment' || child.from === child.to) continue;
    // An error node that got through holds one token; see `isKnownGap`.
    if (child.type.isError) between(child.from, child.to);
    else parts.push({ name: child.name, node: child, text: source.slice(child.from, child.to) });
  }
  between(at, node.to);
  return parts;
}

/**
 * Prints expressions in one spelling, with exactly the parentheses that keep two different trees apart. Every token of
 * the source is printed, unless a rule here says why it cannot matter.
 */
export class ExpressionPrinter {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  parts(node: SyntaxNode): Part[] {
    return partsOf(node, this.source);
  }

  /** An expression as it stands below `parent`. */
  print(node: SyntaxNode, parent = ''): string {
    const inner = this.withoutParentheses(node);
    const text = this.printBare(inner);
    const isOpen = weak.has(inner.name) || (operators.has(inner.name) && postfix.has(parent));
    return isOpen ? `(${text})` : text;
  }

  /** Expressions that commas may join to a tuple without parentheses. */
  printSequence(parts: readonly Part[], parent: string): string {
    const items = splitAtCommas(parts);
    if (items.length === 1) return this.join(parts, parent);
    const printed = items.filter((item) => item.length > 0).map((item) => this.join(item, 'TupleExpression'));
    return `(${printed.join(', ')}${printed.length === 1 ? ',' : ''})`;
  }

  /** Parts side by side, with the white space of ordinary code. */
  join(parts: readonly Part[], parent: string): string {
    let text = '';
    let previous = '';
    for (const part of parts) {
      const printed = part.node === undefined ? part.text : this.print(part.node, parent);
      const tight =
        text === '' ||
        /^(?:[([{.~]|\*\*?|=)$/.test(previous) ||
        /^(?:[)\]},:.=]|\[)$/.test(printed) ||
        (part.name === 'TypeDef' && printed.startsWith(':')) ||
        (brackets.has(part.name) && /^[([]/.test(printed));
      text += tight ? printed : ` ${printed}`;
      previous = printed;
    }
    return text;
  }

  private printBare(node: SyntaxNode): string {
    const { name } = node;
    switch (name) {
      case 'String':
      case 'FormatString':
      case 'ContinuedString': {
        const code = (nodes: readonly SyntaxNode[]): string => this.printSequence(nodes.map(toPart), name);
        const toPart = (child: SyntaxNode): Part => ({
          name: child.name,
          node: child,
          text: this.source.slice(child.from, child.to),
        });
        return printString(stringValue(node, this.source, code));
      }
      case 'Number':
        return printNumber(this.source.slice(node.from, node.to));
      case 'BinaryExpression':
      case 'UnaryExpression':
      case 'AwaitExpression':
        return printOperation(this.group(node));
      case 'LambdaExpression':
        return this.join(this.parts(node), name);
      case 'YieldExpression': {
        const parts = this.parts(node);
        const value = parts.findIndex((part) => part.name !== 'yield' && part.name !== 'from');
        if (value === -1) return 'yield';
        const words = parts.slice(0, value).map((part) => part.text);
        return `${words.join(' ')} ${this.printSequence(parts.slice(value), name)}`;
      }
      case 'TupleExpression':
        return this.printTuple(node);
      case 'MemberExpression':
        return this.printMember(node);
      case 'SequencePattern':
        return this.printSequencePattern(node);
      case 'OrPattern':
      case 'AsPattern':
        return `(${this.join(this.parts(node), name)})`;
    }
    const parts = this.parts(node);
    if (parts.length === 0) return this.source.slice(node.from, node.to);
    if (isComprehension(name)) return this.printComprehension(parts, name);
    // `f((x for x in y))` is `f(x for x in y)`.
    const argument = name === 'ArgList' ? withoutTrailingComma(parts)[1]?.node : undefined;
    if (argument?.name === 'ComprehensionExpression' && withoutTrailingComma(parts).length === 3) {
      return this.print(argument);
    }
    if (name === 'ArgList' && parts.some((part) => part.name === 'for'))
      return this.printComprehension(parts, name);
    return this.join(bracketed.has(name) ? withoutTrailingComma(parts) : parts, name);
  }

  /** Operands and operators in source order, whatever groups the parser made of them. */
  private operationTokens(node: SyntaxNode): OperationToken[] {
    if (!operators.has(node.name)) {
      const inner = this.withoutParentheses(node);
      return [operators.has(inner.name) ? this.group(inner) : { type: 'operand', text: this.print(inner) }];
    }
    const tokens: OperationToken[] = [];
    let words: string[] = [];
    const flush = (): void => {
      if (words.length > 0) tokens.push({ type: 'operator', text: words.join(' ') });
      words = [];
    };
    for (const part of this.parts(node)) {
      if (part.node === undefined || operatorNames.test(part.name)) {
        words.push(part.text);
      } else {
        flush();
        tokens.push(...this.operationTokens(part.node));
      }
    }
    flush();
    return tokens;
  }

  private group(node: SyntaxNode): Operation {
    return groupOperators(this.operationTokens(node));
  }

  /** What stands in any number of parentheses. */
  withoutParentheses(node: SyntaxNode): SyntaxNode {
    let inner = node;
    while (inner.name === 'ParenthesizedExpression') {
      const content = this.parts(inner).filter((part) => part.name !== '(' && part.name !== ')');
      const only = content.length === 1 ? content[0]?.node : undefined;
      if (only === undefined) return inner;
      inner = only;
    }
    return inner;
  }

  private printTuple(node: SyntaxNode): string {
    const inside = this.parts(node).slice(1, -1);
    return inside.length === 0 ? '()' : this.printSequence(inside, node.name);
  }

  private printMember(node: SyntaxNode): string {
    const [object, ...rest] = this.parts(node);
    const owner = object?.node === undefined ? '' : this.print(object.node, node.name);
    // `1 .real` would run together with its point to another number.
    const text = object?.name === 'Number' ? `(${owner})` : owner;
    if (rest[0]?.name !== '[') return `${text}${rest.map((part) => part.text).join('')}`;
    const index = rest.slice(1, -1);
    const only = index.length === 1 ? index[0]?.node : undefined;
    const tuple = only === undefined ? undefined : this.withoutParentheses(only);
    const elements = tuple?.name === 'TupleExpression' ? this.parts(tuple).slice(1, -1) : index;
    // As they are: `x[a, b]` is `x[(a, b)]`, but slices stand only here, and a lone comma makes a tuple.
    const isPair = elements.filter((part) => part.name === ',').length > 1;
    const counted = isPair && elements.at(-1)?.name === ',' ? elements.slice(0, -1) : elements;
    const printed = elements.length === 0 ? '()' : this.join(counted, node.name);
    return `${text}[${printed}]`;
  }

  private printSequencePattern(node: SyntaxNode): string {
    const parts = this.parts(node);
    const inside = parts.slice(1, -1);
    const items = splitAtCommas(inside);
    if (parts[0]?.name === '(' && items.length === 1) return this.join(inside, node.name);
    return `[${items
      .filter((item) => item.length > 0)
      .map((item) => this.join(item, node.name))
      .join(', ')}]`;
  }

  /** Commas in the targets of `for` make tuples. */
  private printComprehension(parts: readonly Part[], name: string): string {
    const printed: string[] = [];
    let targets: Part[] | undefined;
    const pending: Part[] = [];
    const flush = (): void => {
      if (pending.length > 0) printed.push(this.join(pending.splice(0), name));
    };
    for (const part of parts.slice(1, -1)) {
      if (part.name === 'for') {
        flush();
        printed.push('for');
        targets = [];
      } else if (part.name === 'in' && targets !== undefined) {
        printed.push(this.printSequence(targets, name), 'in');
        targets = undefined;
      } else {
        (targets ?? pending).push(part);
      }
    }
    flush();
    return `${parts[0]?.text ?? ''}${printed.join(' ')}${parts.at(-1)?.text ?? ''}`;
  }
}

export function splitAtCommas(parts: readonly Part[]): Part[][] {
  const items: Part[][] = [[]];
  for (const part of parts) {
    if (part.name === ',') items.push([]);
    else items.at(-1)?.push(part);
  }
  return items;
}

function withoutTrailingComma(parts: readonly Part[]): readonly Part[] {
  const last = /^[)\]}]$/.test(parts.at(-1)?.name ?? '') ? parts.length - 2 : parts.length - 1;
  return parts[last]?.name === ',' ? parts.toSpliced(last, 1) : parts;
}

/** `1_000`, `0XFF`, `.5`, `5.` and `1e+3` in the spelling of their betters; no arithmetic, which could round. */
function printNumber(literal: string): string {
  const number = literal.toLowerCase().replaceAll('_', '');
  if (/^0[box]/.test(number)) return number;
  return number
    .replace(/^\./, '0.')
    .replace(/\.(?=[ej]|$)/, '.0')
    .replace('e+', 'e');
}
