/** Text in the cells of a terminal: Chinese and emoji take two of them, colour codes none. */
import { plainWidth, width } from './width.ts';

let graphemes: Intl.Segmenter | undefined;

/** Fills a text up with spaces. */
export function pad(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - width(text)));
}

/** Cuts a text that is wider than it may be, with an ellipsis and without cutting a character in two. */
export function fit(text: string, cells: number): string {
  if (width(text) <= cells) return text;
  let room = Math.max(0, cells - 1);
  let cut = '';
  let coloured = false;
  for (const [piece] of text.matchAll(/\u001b\[[0-9;]*m|[^\u001b]+/g)) {
    if (piece.startsWith('\u001b')) {
      cut += piece;
      coloured = true;
      continue;
    }
    for (const character of charactersOf(piece)) {
      const taken = width(character);
      if (taken > room) return `${cut}…${coloured ? '\u001b[0m' : ''}`;
      room -= taken;
      cut += character;
    }
  }
  return cut;
}

/**
 * The characters of a text as people count them. A family emoji is several code points and one character; the segmenter
 * that knows this takes longer to make than a start does otherwise, and is made where such a text comes.
 */
function* charactersOf(text: string): Iterable<string> {
  let at = 0;
  // One that joins with nothing, and has another such behind it.
  while (plainWidth(text.charCodeAt(at)) !== undefined && plainWidth(text.charCodeAt(at + 1)) !== undefined)
    yield text.charAt(at++);
  if (at === text.length) return;
  graphemes ??= new Intl.Segmenter();
  for (const { segment } of graphemes.segment(text.slice(at))) yield segment;
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
