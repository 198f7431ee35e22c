import type { Colors } from './colors.ts';
import { width } from './width.ts';

/** By colour, and by brackets where there are no colours to see. */
const brackets = ['⟦', '⟧'] as const;

/**
 * A text folded into lines of so many cells, with some ranges of its code points marked. What would move a cursor is
 * shown as a dot.
 */
export function markedLines(
  text: string,
  ranges: readonly (readonly [from: number, to: number])[],
  cells: number,
  colors: Colors,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let marked = '';
  let used = 0;
  let inside = false;
  const put = (piece: string): void => {
    if (inside) marked += piece;
    else line += piece;
    used += width(piece);
  };
  const settle = (): void => {
    if (marked !== '') line += colors.isColorSupported ? colors.green(marked) : marked;
    marked = '';
  };
  const wrap = (): void => {
    settle();
    lines.push(line);
    line = '';
    used = 0;
  };
  const bracket = (which: 0 | 1): void => {
    if (colors.isColorSupported) return;
    if (used >= cells) wrap();
    put(brackets[which]);
  };
  for (const [at, character] of Array.from(text).entries()) {
    if (inside && ranges.some(([, to]) => to === at)) {
      bracket(1);
      settle();
      inside = false;
    }
    if (!inside && ranges.some(([from, to]) => from <= at && at < to)) {
      inside = true;
      bracket(0);
    }
    if (character === '\n') {
      wrap();
      continue;
    }
    const shown = withoutControls(character);
    if (used + width(shown) > cells) wrap();
    put(shown);
  }
  if (inside) bracket(1);
  wrap();
  return lines;
}

/** A text in which what would move a cursor is shown as a dot. */
export function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
