/** Text in the cells of a terminal: Chinese and emoji take two of them, colour codes none. */
import { width } from './width.ts';

let graphemes: Intl.Segmenter | undefined;

/** Fills a text up with spaces. */
export function pad(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - width(text)));
}

/** Cuts a text that is wider than it may be, with an ellipsis and without cutting a character in two. */
export function fit(text: string, cells: number): string {
  if (width(text) <= cells) return text;
  // A family emoji is several code points and one character; the segmenter is made only where something is cut.
  graphemes ??= new Intl.Segmenter();
  let room = Math.max(0, cells - 1);
  let cut = '';
  let coloured = false;
  for (const [piece] of text.matchAll(/\u001b\[[0-9;]*m|[^\u001b]+/g)) {
    if (piece.startsWith('\u001b')) {
      cut += piece;
      coloured = true;
      continue;
    }
    for (const { segment } of graphemes.segment(piece)) {
      const taken = width(segment);
      if (taken > room) return `${cut}…${coloured ? '\u001b[0m' : ''}`;
      room -= taken;
      cut += segment;
    }
  }
  return cut;
}

/** A Chinese character with what may not begin a line; a word; space. */
const unbroken = /\p{Script=Han}[，。；：、！？）]*|[^\s\p{Script=Han}]+|\s+/gu;

/** Breaks a text between words, and in Chinese between characters; lines after the first begin with so much space. */
export function wrap(text: string, columns: number, hanging = 0): string {
  if (width(text) <= columns) return text;
  const indent = ' '.repeat(hanging * 2 < columns ? hanging : 0);
  const lines: string[] = [];
  let line = '';
  for (const [piece] of text.matchAll(unbroken)) {
    if (line.trim() !== '' && width(line) + width(piece) > columns) {
      lines.push(line.trimEnd());
      line = indent + piece.trimStart();
    } else line += piece;
  }
  return [...lines, line.trimEnd()].join('\n');
}

/** How many lines of a terminal a text takes when it wraps. */
export function linesTaken(cells: number, columns: number): number {
  return Math.max(1, Math.ceil(cells / Math.max(1, columns)));
}
