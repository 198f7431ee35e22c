/**
 * Parts of pages that are made from the code. A page says where one stands, between `<!-- made: NAME -->` and
 * `<!-- /made -->`; what stands around it is written by hand.
 */
import type { Say } from './say.ts';

/** The parts that a page may have, by name, in one language. */
export type Parts = Readonly<Record<string, (say: Say) => string>>;

const place = /(<!-- made: ([^>]+?) -->)[\s\S]*?(<!-- \/made -->)/g;

/** The page with its parts brought up to date. */
export function withParts(page: string, parts: Parts, say: Say): string {
  return page.replace(place, (_, opening: string, name: string, closing: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`nothing makes the part \`${name}\``);
    return `${opening}\n\n${part(say)}\n\n${closing}`;
  });
}

/** The names of the parts that a page has. */
export function partsOf(page: string): readonly string[] {
  return [...page.matchAll(place)].map(([, , name = '']) => name);
}

/** A table in Markdown; what stands in a cell may hold bars. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
