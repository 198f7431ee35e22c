/** An operator expression as Python reads it. */
export type Operation =
  | { readonly type: 'operand'; readonly text: string }
  | { readonly type: 'prefix'; readonly operator: string; readonly operand: Operation }
  | {
      readonly type: 'infix';
      readonly operators: readonly string[];
      readonly operands: readonly Operation[];
    };

/** Operands and operators in the order of the source; what stood in parentheses is one operand. */
export type OperationToken = Operation | { readonly type: 'operator'; readonly text: string };

/** https://docs.python.org/3/reference/expressions.html#operator-precedence, from the weakest. */
const levels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['not'],
  ['<', '>', '<=', '>=', '==', '!=', '<>', 'in', 'not in', 'is', 'is not'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '@', '/', '//', '%'],
];
const strength = new Map(
  levels.flatMap((operators, level) => operators.map((operator) => [operator, level])),
);
const not = 2;
const comparison = 3;
const sign = levels.length;
const power = sign + 1;
const awaiting = power + 1;

/**
 * Groups operators by Python's precedence. The parser's own grouping is not relied on: its `not a or b` negates all,
 * and its `await a + b` awaits a sum.
 */
export function groupOperators(tokens: readonly OperationToken[]): Operation {
  let at = 0;
  const operatorAt = (index: number): string | undefined => {
    const token = tokens[index];
    return token?.type === 'operator' ? token.text : undefined;
  };

  const primary = (): Operation => {
    const token = tokens[at++];
    if (token === undefined) throw new RangeError('an operator without its operand');
    if (token.type !== 'operator') return token;
    const weakest = token.text === 'not' ? not : token.text === 'await' ? awaiting : sign;
    return { type: 'prefix', operator: token.text, operand: expression(weakest) };
  };

  const expression = (weakest: number): Operation => {
    let left = primary();
    // Only a comparison read here goes on as a chain: one in parentheses is a value.
    let isChain = false;
    for (let operator = operatorAt(at); operator !== undefined; operator = operatorAt(at)) {
      const level = operator === '**' ? power : (strength.get(operator) ?? -1);
      if (level < weakest) break;
      at++;
      // `a ** b ** c` is `a ** (b ** c)`; all others group to the left.
      const right = expression(operator === '**' ? power : level + 1);
      const continues = level === comparison ? isChain : operator !== '**' && isRunOf(left, operator);
      left =
        continues && left.type === 'infix'
          ? { type: 'infix', operators: [...left.operators, operator], operands: [...left.operands, right] }
          : { type: 'infix', operators: [operator], operands: [left, right] };
      isChain = level === comparison;
    }
    return left;
  };

  return expression(0);
}

/** With parentheses around every operation inside another, so that each grouping has a text of its own. */
export function printOperation(operation: Operation): string {
  switch (operation.type) {
    case 'operand':
      return operation.text;
    case 'prefix':
      return `${operation.operator}${/^\w/.test(operation.operator) ? ' ' : ''}${printOperand(operation.operand)}`;
    case 'infix':
      return operation.operands
        .map(
          (operand, index) =>
            (index === 0 ? '' : ` ${operation.operators[index - 1] ?? ''} `) + printOperand(operand),
        )
        .join('');
  }
}

function printOperand(operation: Operation): string {
  return operation.type === 'operand' ? operation.text : `(${printOperation(operation)})`;
}

/** `(a - b) - c` is `a - b - c`, with and without its parentheses. */
function isRunOf(operation: Operation, operator: string): boolean {
  return operation.type === 'infix' && operation.operators.every((other) => other === operator);
}
