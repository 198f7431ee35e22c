/** The first thing in a text that keeps it from being JSON with unambiguous keys. */
export interface JsonFault {
  readonly kind: 'syntax' | 'duplicate-key' | 'ended-early';
  /** In UTF-16 code units from the start. */
  readonly offset: number;
  /** Such as `expected "," or "]"`, or the key that stands twice. */
  readonly what: string;
}

/** Deeper nesting is never meant in data or configurations, and recursion has an end. */
const deepest = 1000;

class Fault extends Error {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    super(fault.what);
    this.fault = fault;
  }
}

/**
 * Looks for the first fault by RFC 8259. `JSON.parse` is used for reading; this is asked only where it cannot
 * answer: at which place a text is wrong, and whether a key stands twice in one object, which it lets pass.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;

  const fail = (what: string, kind: JsonFault['kind'] = 'syntax', offset = at): never => {
    throw new Fault({
      kind: kind === 'syntax' && offset >= text.length ? 'ended-early' : kind,
      offset,
      what,
    });
  };
  const space = () => {
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  };
  const string = (): string => {
    const start = at;
    if (text[at] !== '"') fail('expected a string in double quotes');
    for (at += 1; ; at += 1) {
      const code = text.charCodeAt(at);
      if (Number.isNaN(code)) fail('a string is not closed');
      if (code === 0x22) break;
      if (code < 0x20) fail('a string holds a line break or another control character');
      if (code !== 0x5c) continue;
      const escape = /^(?:["\\/bfnrt]|u[\da-fA-F]{4})/.exec(text.slice(at + 1, at + 6));
      if (escape === null) fail('a backslash is followed by something that is not an escape');
      at += escape?.[0].length ?? 0;
    }
    at += 1;
    return text.slice(start, at);
  };
  const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
  const value = (depth: number): void => {
    if (depth > deepest) fail(`nested deeper than ${deepest} levels`);
    space();
    const first = text[at];
    if (first === '{') object(depth);
    else if (first === '[') array(depth);
    else if (first === '"') string();
    else {
      literal.lastIndex = at;
      const found = literal.exec(text);
      if (found === null) fail('expected a value');
      at += found?.[0].length ?? 0;
    }
    space();
  };
  const array = (depth: number) => {
    at += 1;
    space();
    if (text[at] === ']') return void (at += 1);
    for (;;) {
      value(depth + 1);
      const sign = text[at];
      if (sign !== ',' && sign !== ']') fail('expected "," or "]"');
      at += 1;
      if (sign === ']') return;
    }
  };
  const object = (depth: number) => {
    at += 1;
    space();
    if (text[at] === '}') return void (at += 1);
    const keys = new Set<string>();
    for (;;) {
      space();
      const start = at;
      const key = JSON.parse(string()) as string;
      if (keys.has(key)) fail(key, 'duplicate-key', start);
      keys.add(key);
      space();
      if (text[at] !== ':') fail('expected ":"');
      at += 1;
      value(depth + 1);
      const sign = text[at];
      if (sign !== ',' && sign !== '}') fail('expected "," or "}"');
      at += 1;
      if (sign === '}') return;
    }
  };

  try {
    value(0);
    if (at < text.length) fail('something follows the end of the value');
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.fault;
    throw error;
  }
}

/** Where an offset lies, for people: line and column, both from 1. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', end + 1)) {
    line += 1;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}
