/** Knows the line and column of places in a text that comes in pieces, as long as it is asked in order. */
export class Position {
  #line = 1;
  /** Offset of the first character of the current line, counted like `offset` below. */
  #lineStart = 0;
  #seen = 0;

  /** Goes on to `offset`, with `text` holding the characters from the last offset on. */
  advance(text: string): void {
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
      this.#line += 1;
      this.#lineStart = this.#seen + end + 1;
    }
    this.#seen += text.length;
  }

  /** The place that lies `text` further on, as `line:column`. */
  after(text: string): string {
    const last = text.lastIndexOf('\n');
    if (last === -1) return `${this.#line}:${this.#seen + text.length - this.#lineStart + 1}`;
    return `${this.#line + text.split('\n').length - 1}:${text.length - last}`;
  }
}
