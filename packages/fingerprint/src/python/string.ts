import type { SyntaxNode } from '@lezer/common';

/** A piece of a string: text as the program sees it, or the code of a replacement field. */
export type Piece = { readonly text: string } | { readonly code: string };

/** A string literal, or several that stand side by side. */
export interface StringValue {
  readonly bytes: boolean;
  readonly pieces: readonly Piece[];
}

/** Thrown where a literal is not one that Python reads; its file then counts by its bytes. */
export class LiteralError extends Error {
  override readonly name = 'LiteralError';
}

/** How the code of a replacement field is printed. */
export type PrintCode = (nodes: readonly SyntaxNode[]) => string;

/**
 * The value of a `String`, `FormatString` or `ContinuedString` node. Which quotes, prefix letters, escapes and pieces
 * it was written with is gone.
 */
export function stringValue(node: SyntaxNode, source: string, printCode: PrintCode): StringValue {
  if (node.name !== 'ContinuedString') return literalValue(node, source, printCode);
  const pieces: Piece[] = [];
  let bytes: boolean | undefined;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'Comment') continue;
    const value = literalValue(child, source, printCode);
    // Python refuses a mixture, and so it has no value that could be meant.
    if (bytes !== undefined && bytes !== value.bytes) throw new LiteralError('bytes beside text');
    bytes = value.bytes;
    pieces.push(...value.pieces);
  }
  return { bytes: bytes ?? false, pieces };
}

/** One spelling of a value: JSON's escapes, replacement fields in braces. */
export function printString({ bytes, pieces }: StringValue): string {
  const merged = mergeText(pieces);
  const isFormat = merged.some((piece) => 'code' in piece);
  const body = merged
    .map((piece) => {
      if ('code' in piece) return piece.code;
      const text = JSON.stringify(piece.text).slice(1, -1);
      return isFormat ? text.replaceAll('{', '{{').replaceAll('}', '}}') : text;
    })
    .join('');
  return `${bytes ? 'b' : isFormat ? 'f' : ''}"${body}"`;
}

function mergeText(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    if ('text' in piece && piece.text === '') continue;
    const last = merged.at(-1);
    if (last !== undefined && 'text' in last && 'text' in piece) {
      merged[merged.length - 1] = { text: last.text + piece.text };
    } else {
      merged.push(piece);
    }
  }
  return merged;
}

function literalValue(node: SyntaxNode, source: string, printCode: PrintCode): StringValue {
  const literal = source.slice(node.from, node.to);
  const match = /^([a-z]{0,2})("""|'''|"|')([^]*)\2$/i.exec(literal);
  if (match === null) throw new LiteralError('a string without an end');
  const prefix = (match[1] as string).toLowerCase();
  const quote = match[2] as string;
  const body = match[3] as string;
  if (!['', 'r', 'u', 'b', 'f', 'br', 'rb', 'fr', 'rf'].includes(prefix)) throw new LiteralError(prefix);
  const decode = (raw: string): Piece[] => {
    if (prefix.includes('r')) return [{ text: plainLines(raw) }];
    return prefix.includes('b') ? [{ text: decodeBytes(raw) }] : decodeText(raw);
  };
  const isFormat = prefix.includes('f');
  if (isFormat !== (node.name === 'FormatString')) throw new LiteralError('a format string that is not one');
  if (!isFormat) return { bytes: prefix.includes('b'), pieces: decode(body) };

  const pieces: Piece[] = [];
  let at = node.from + prefix.length + quote.length;
  const end = at + body.length;
  const text = (to: number): void => {
    pieces.push(...decode(source.slice(at, to).replaceAll('{{', '{').replaceAll('}}', '}')));
  };
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'FormatReplacement') continue;
    text(child.from);
    pieces.push({ code: printReplacement(child, source, printCode) });
    at = child.to;
  }
  text(end);
  return { bytes: false, pieces };
}

/** `{value!r:>10}` with the value printed anew. `{value=}` shows its own source, which therefore counts as it stands. */
function printReplacement(node: SyntaxNode, source: string, printCode: PrintCode): string {
  const values: SyntaxNode[] = [];
  let rest = '';
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'FormatSelfDoc') return source.slice(node.from, node.to);
    if (child.name === 'FormatConversion') rest += source.slice(child.from, child.to);
    else if (child.name === 'FormatSpec') rest += printSpec(child, source, printCode);
    else if (child.name !== '{' && child.name !== '}' && child.name !== 'Comment') values.push(child);
  }
  return `{${printCode(values)}${rest}}`;
}

/** Every character of a format specification counts, white space too. */
function printSpec(node: SyntaxNode, source: string, printCode: PrintCode): string {
  let text = '';
  let at = node.from;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'FormatReplacement') continue;
    text += source.slice(at, child.from) + printReplacement(child, source, printCode);
    at = child.to;
  }
  return text + source.slice(at, node.to);
}

/** Python reads every line end as `\n`. */
function plainLines(raw: string): string {
  return raw.replace(/\r\n?/g, '\n');
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
 *
 * Which character a name means is known to Python's tables alone: `\N{BULLET}` stays as it is, apart from the text.
 */
function decodeText(raw: string): Piece[] {
  const escape = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|[^])/g;
  const source = plainLines(raw);
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of source.matchAll(escape)) {
    pieces.push({ text: source.slice(at, match.index) }, decodeEscape(match[0]));
    at = match.index + match[0].length;
  }
  return [...pieces, { text: source.slice(at) }];
}

function decodeEscape(whole: string): Piece {
  if (whole.startsWith('\\N{')) return { code: whole.toUpperCase() };
  if (/^\\[xuU]/.test(whole) && whole.length > 2)
    return { text: fromCodePoint(parseInt(whole.slice(2), 16)) };
  return { text: decodeCommon(whole) };
}

function decodeBytes(raw: string): string {
  return plainLines(raw).replace(/\\(?:x[0-9a-fA-F]{2}|[0-7]{1,3}|[^])/g, (whole) => {
    if (whole.charAt(1) === 'x' && whole.length > 2) return String.fromCharCode(parseInt(whole.slice(2), 16));
    return decodeCommon(whole, 0xff);
  });
}

function decodeCommon(whole: string, mask = 0x1ff): string {
  if (/^\\[0-7]/.test(whole)) return String.fromCharCode(parseInt(whole.slice(1), 8) & mask);
  // What is no escape keeps its backslash, and means the same as one with two.
  return simpleEscapes[whole.slice(1)] ?? whole;
}

function fromCodePoint(code: number): string {
  if (code > 0x10ffff) throw new LiteralError('a character beyond Unicode');
  return String.fromCodePoint(code);
}
