/**
 * Links, so that the same ones lead somewhere in the repository and on the site. Pages link to each other by relative
 * paths, and to sources outside of `docs`, which the site shows as pages below `source/`.
 */
import { posix } from 'node:path';
import type { MarkdownEnv, MarkdownRenderer } from 'vitepress';

/** The anchor that a heading gets, on the site as where the repository is hosted (docs.github.com: section links). */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** Where in the repository the links of a page count from. */
function placeOf(page: string): string {
  return page.startsWith('source/') ? page.slice('source/'.length) : posix.join('docs', page);
}

/** The path in the repository that a link of a file leads to; undefined for one to elsewhere, or into the file itself. */
export function targetOf(file: string, link: string): string | undefined {
  return /^([a-z]+:|#|\/)/.test(link) ? undefined : posix.join(posix.dirname(file), link.replace(/#.*$/, ''));
}

/** The page of the site that shows a file of the repository. */
function pageOf(path: string): string {
  if (path.startsWith('docs/')) return path.slice('docs'.length);
  return `/source/${path.replace(/\.md$/, '')}.md`;
}

/** Leads the links of every page to pages of the site. */
export function leadLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('lead-links', ({ tokens, env }) => {
    const { relativePath } = env as Partial<MarkdownEnv>;
    // A title is rendered by itself, for no page.
    if (relativePath === undefined) return;
    const file = placeOf(relativePath);
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      // A page is text: braces in code are no expressions of Vue.
      if (token.type === 'code_inline') token.attrSet('v-pre', '');
      const link = token.attrGet('href');
      const target = token.type === 'link_open' && link !== null ? targetOf(file, link) : undefined;
      if (target !== undefined)
        token.attrSet('href', `${pageOf(target)}${/#.*$/.exec(link ?? '')?.[0] ?? ''}`);
    }
  });
}
