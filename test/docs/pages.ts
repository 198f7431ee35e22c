/** The pages that people read: where they lie, and what stands in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';

const root = join(import.meta.dirname, '../..');

/** A Markdown file of the repository. */
export interface Page {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface Block {
  readonly language: string;
  readonly code: string;
}

/** The absolute path of something in the repository. */
export function inRepository(...path: readonly string[]): string {
  return join(root, ...path);
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(inRepository(path), 'utf8') };
}

/** Every page: at the root, in `docs`, and beside packages, stages and data. */
export function allPages(): readonly Page[] {
  const beside = ['packages', 'stages'].flatMap((folder) =>
    readdirSync(inRepository(folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name)),
  );
  return [...['', 'data', ...beside].flatMap((folder) => pagesIn(folder)), ...pagesBelow('docs')].map(
    readPage,
  );
}

/** Headings, each with its level, blocks of code left out. */
export function headingsOf({ text }: Page): readonly { readonly level: number; readonly text: string }[] {
  return [...withoutBlocks(text).matchAll(/^(#{1,6}) (.+)$/gm)].map(([, marks = '', title = '']) => ({
    level: marks.length,
    text: title.trim(),
  }));
}

export function blocksOf({ text }: Page): readonly Block[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

/** Targets of the links of a page. */
export function targetsOf({ text }: Page): readonly string[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** A command that a page shows after a `$`, as the words for `temper`, and what it is shown to print. */
export function shownBy(
  path: string,
  beginning: string,
): { readonly command: readonly string[]; readonly output: string } {
  const shown = blocksOf(readPage(path)).find(({ code }) => code.startsWith(`$ npx ${beginning}`));
  if (shown === undefined) throw new Error(`${path} shows no \`${beginning}\``);
  const end = shown.code.indexOf('\n');
  return {
    command: shown.code.slice('$ npx temper '.length, end).split(' '),
    output: shown.code.slice(end + 1),
  };
}

/** A page as `npm run format` leaves it. */
export async function formatted(text: string, path: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

function pagesIn(folder: string): readonly string[] {
  const path = inRepository(folder);
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map(({ name }) => join(folder, name));
}

function pagesBelow(folder: string): readonly string[] {
  return readdirSync(inRepository(folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
