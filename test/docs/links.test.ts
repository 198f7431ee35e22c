import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slug } from '../../docs/make/site/links.ts';
import { allPages, headingsOf, inRepository, readPage, targetsOf, type Page } from './pages.ts';

describe('links', () => {
  it.each(allPages())('$path links to files and headings that are there', (page) => {
    expect(linksOf(page).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });
});

/** Targets of links to the repository itself. */
function linksOf(page: Page): readonly string[] {
  return targetsOf(page).filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: Page, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? page.path : join(dirname(page.path), file);
  if (!existsSync(inRepository(path))) return false;
  if (anchor === undefined) return true;
  return (
    statSync(inRepository(path)).isFile() &&
    headingsOf(readPage(path)).some(({ text }) => slug(text) === anchor)
  );
}
