import widthOfAll from 'fast-string-width';

/**
 * Cells of a terminal that a text takes. Lines are mostly letters and Chinese, which need no knowledge of emoji,
 * accents and colours; without it a start spares itself the tables for them.
 */
export function width(text: string): number {
  let cells = 0;
  for (let at = 0; at < text.length; at++) {
    const taken = plainWidth(text.charCodeAt(at));
    if (taken === undefined) return widthOfAll(text);
    cells += taken;
  }
  return cells;
}

/** Of letters, Chinese and their punctuation, none of which joins with what follows; undefined for the rest. */
export function plainWidth(unit: number): 1 | 2 | undefined {
  if (unit >= 0x20 && unit <= 0x7e) return 1;
  if ((unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0xff01 && unit <= 0xff5e)) return 2;
  if (unit >= 0xa0 && unit <= 0x2ff) return 1;
  if ((unit >= 0x2010 && unit <= 0x2026) || unit === 0xfffd) return 1;
  return unit >= 0x3001 && unit <= 0x3011 ? 2 : undefined;
}
