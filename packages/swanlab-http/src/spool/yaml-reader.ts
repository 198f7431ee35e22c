import { SwanLabError } from '../errors.ts';

/**
 * Reads the part of YAML that a `config.yaml` can hold: what PyYAML's safe_dump writes in block style, and JSON as our own
 * writer writes it. Anchors, tags and literal blocks are none of it and are refused.
 */
export function fromYaml(text: string): unknown {
  const reader = new YamlReader(text);
  return reader.document();
}

class YamlReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.replaceAll('\r\n', '\n').replace(/^\ufeff/, '');
  }

  document(): unknown {
    if (this.#text.startsWith('---')) this.#at = 3;
    this.#skipBlank();
    if (this.#at >= this.#text.length) return null;
    const value = this.#node(this.#column(), false);
    this.#skipBlank();
    if (this.#at < this.#text.length && !this.#text.startsWith('...', this.#at))
      throw this.#error('more text than one value');
    return value;
  }

  /** A value whose lines are indented by at least `indent`. */
  #node(indent: number, inKey: boolean): unknown {
    const character = this.#text[this.#at];
    if (character === '{' || character === '[') {
      const value = this.#flow();
      if (this.#text[this.#at] === ':' && !inKey) throw this.#error('a list or a mapping as a key');
      return value;
    }
    if (character !== undefined && '&*!|>%@`'.includes(character))
      throw this.#error('anchors, tags and blocks are not read');
    const column = this.#column();
    if (this.#isDash()) return this.#sequence(column);
    if (character === '?' && /\s/.test(this.#text[this.#at + 1] ?? '\n')) return this.#mapping(column);
    if (this.#startsMapping()) return this.#mapping(column);
    return this.#scalar(indent);
  }

  #mapping(column: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    do {
      let key: string;
      const explicit = this.#text[this.#at] === '?' && this.#text[this.#at + 1] === ' ';
      if (explicit) {
        this.#at += 2;
        key = String(this.#scalar(column + 1));
        this.#skipBlank();
      } else key = this.#key();
      if (this.#text[this.#at] !== ':') throw this.#error('a colon is missing');
      this.#at += 1;
      entries.push([key, this.#valueOf(column)]);
      this.#skipBlank();
    } while (this.#at < this.#text.length && this.#column() === column && !this.#atDocumentEnd());
    return Object.fromEntries(entries);
  }

  /** What follows a colon: on the same line, or below and further right; a list may stand right below its key. */
  #valueOf(column: number): unknown {
    const line = this.#lineNumberEnd();
    this.#skipBlank();
    if (this.#at >= this.#text.length || this.#atDocumentEnd()) return null;
    if (this.#at < line) return this.#node(column + 1, false);
    const below = this.#column();
    if (below > column || (below === column && this.#isDash())) return this.#node(column + 1, false);
    return null;
  }

  #sequence(column: number): unknown[] {
    const items: unknown[] = [];
    while (this.#at < this.#text.length && this.#column() === column && this.#isDash()) {
      const line = this.#lineNumberEnd();
      this.#at += 1;
      this.#skipBlank();
      const onLine = this.#at < line;
      if (this.#at >= this.#text.length || (!onLine && this.#column() <= column)) items.push(null);
      else items.push(this.#node(column + 1, false));
      this.#skipBlank();
    }
    return items;
  }

  #key(): string {
    const character = this.#text[this.#at];
    if (character === '"' || character === "'") {
      const key = this.#quoted(character);
      this.#skipSpaces();
      return key;
    }
    const end = this.#plainKeyEnd();
    const key = this.#text.slice(this.#at, end).trimEnd();
    this.#at = end;
    return key;
  }

  #startsMapping(): boolean {
    const character = this.#text[this.#at];
    if (character !== '"' && character !== "'") return this.#plainKeyEnd() !== -1;
    const begin = this.#at;
    this.#quoted(character);
    this.#skipSpaces();
    const found = this.#text[this.#at] === ':' && /[\s]|$/.test(this.#text[this.#at + 1] ?? '');
    this.#at = begin;
    return found && !this.#text.slice(begin, this.#at).includes('\n');
  }

  /** The colon that ends a plain key on this line, or -1. */
  #plainKeyEnd(): number {
    const lineEnd = this.#lineNumberEnd();
    for (let at = this.#at; at < lineEnd; at += 1) {
      if (this.#text[at] === '#' && this.#text[at - 1] === ' ') return -1;
      if (this.#text[at] === ':' && (at + 1 >= lineEnd || this.#text[at + 1] === ' ')) return at;
    }
    return -1;
  }

  #scalar(indent: number): unknown {
    const character = this.#text[this.#at];
    if (character === '"' || character === "'") return this.#quoted(character);
    return plainValue(this.#plain(indent));
  }

  /** A plain scalar goes on over lines that are indented; a line break counts as a blank, empty lines as breaks. */
  #plain(indent: number): string {
    let text = this.#plainLine();
    for (;;) {
      const begin = this.#at;
      let breaks = 0;
      while (this.#text[this.#at] === '\n') {
        breaks += 1;
        this.#at += 1;
        this.#skipSpaces();
      }
      const goesOn =
        breaks > 0 &&
        this.#at < this.#text.length &&
        this.#column() >= indent &&
        this.#text[this.#at] !== '#';
      if (!goesOn) {
        this.#at = begin;
        return text;
      }
      text += (breaks === 1 ? ' ' : '\n'.repeat(breaks - 1)) + this.#plainLine();
    }
  }

  #plainLine(): string {
    const line = this.#text.slice(this.#at, this.#lineNumberEnd());
    const comment = line.search(/\s#/);
    const text = comment === -1 ? line : line.slice(0, comment);
    this.#at += comment === -1 ? line.length : this.#lineNumberEnd() - this.#at;
    return text.trimEnd();
  }

  #quoted(quote: string): string {
    this.#at += 1;
    let text = '';
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw this.#error('a quotation mark is missing');
      if (character === quote) {
        if (quote === "'" && this.#text[this.#at + 1] === "'") {
          text += "'";
          this.#at += 2;
          continue;
        }
        this.#at += 1;
        return text;
      }
      if (character === '\n') text = this.#fold(text);
      else if (character === '\\' && quote === '"') text += this.#escape();
      else {
        text += character;
        this.#at += 1;
      }
    }
  }

  /** Blanks around a line break in quotes go; one break is a blank, each further one stays a break. */
  #fold(before: string): string {
    let breaks = 0;
    while (/[\n \t]/.test(this.#text[this.#at] ?? '')) {
      if (this.#text[this.#at] === '\n') breaks += 1;
      this.#at += 1;
    }
    return before.replace(/[ \t]+$/, '') + (breaks === 1 ? ' ' : '\n'.repeat(breaks - 1));
  }

  #escape(): string {
    const code = this.#text[this.#at + 1] ?? '';
    this.#at += 2;
    if (code === '\n') {
      // An escaped line break joins the lines and drops the indentation of the next.
      while (/[ \t]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
      return '';
    }
    const digits = { x: 2, u: 4, U: 8 }[code];
    if (digits === undefined) {
      const simple = escapes[code];
      if (simple === undefined) throw this.#error(`the escape \\${code} does not exist`);
      return simple;
    }
    const value = Number.parseInt(this.#text.slice(this.#at, this.#at + digits), 16);
    this.#at += digits;
    return code === 'U' ? String.fromCodePoint(value) : String.fromCharCode(value);
  }

  #flow(): unknown {
    const list = this.#text[this.#at] === '[';
    this.#at += 1;
    const items: unknown[] = [];
    const entries: [string, unknown][] = [];
    for (;;) {
      this.#skipBlank();
      const character = this.#text[this.#at];
      if (character === undefined) throw this.#error('a bracket is missing');
      if (character === (list ? ']' : '}')) {
        this.#at += 1;
        return list ? items : Object.fromEntries(entries);
      }
      if (character === ',') {
        this.#at += 1;
        continue;
      }
      if (list) items.push(this.#flowValue());
      else {
        if (character === '?') {
          this.#at += 1;
          this.#skipBlank();
        }
        const key = String(this.#flowValue());
        this.#skipBlank();
        if (this.#text[this.#at] !== ':') throw this.#error('a colon is missing');
        this.#at += 1;
        this.#skipBlank();
        entries.push([key, this.#flowValue()]);
      }
    }
  }

  #flowValue(): unknown {
    const character = this.#text[this.#at];
    if (character === '{' || character === '[') return this.#flow();
    if (character === '"' || character === "'") return this.#quoted(character);
    const match = /[^,\]}\n:]*/y;
    match.lastIndex = this.#at;
    const text = match.exec(this.#text)?.[0] ?? '';
    this.#at += text.length;
    return plainValue(text.trim());
  }

  #skipBlank(): void {
    for (;;) {
      while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
      if (this.#text[this.#at] !== '#') return;
      this.#at = this.#lineNumberEnd();
    }
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }

  #isDash(): boolean {
    return this.#text[this.#at] === '-' && /\s/.test(this.#text[this.#at + 1] ?? '\n');
  }

  #atDocumentEnd(): boolean {
    return this.#column() === 0 && this.#text.startsWith('...', this.#at);
  }

  #column(): number {
    return this.#at - (this.#text.lastIndexOf('\n', this.#at - 1) + 1);
  }

  #lineNumberEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end === -1 ? this.#text.length : end;
  }

  #error(what: string): SwanLabError {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    return new SwanLabError('unreadable-config', `config.yaml, line ${line}: ${what}`);
  }
}

const escapes: Record<string, string> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};

/** YAML 1.1's idea of what a word without quotation marks means, as far as safe_dump relies on it. */
function plainValue(text: string): unknown {
  if (text === '' || text === '~' || /^null$/i.test(text)) return null;
  if (/^(true|yes|on)$/i.test(text)) return true;
  if (/^(false|no|off)$/i.test(text)) return false;
  if (/^[-+]?(0|[1-9][\d_]*)$/.test(text)) return Number(text.replaceAll('_', ''));
  if (/^[-+]?(\d[\d_]*)\.[\d_]*(e[-+]\d+)?$/i.test(text)) return Number(text.replaceAll('_', ''));
  if (/^[-+]?\.inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.nan$/i.test(text)) return NaN;
  return text;
}
