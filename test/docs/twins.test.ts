/** English and Chinese pages have the same shape. A change of one is a change of both: see CONTRIBUTING.md. */
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allPages, blocksOf, headingsOf, readPage, targetsOf, type Page } from './pages.ts';

const pages = allPages().map(({ path }) => path);
const english = pages.filter((path) => /^docs\/(?!zh\/|source\/)/.test(path));
const twinOf = (path: string): string => path.replace(/^docs\//, 'docs/zh/');

it('every page has its twin in the other language, at the same path', () => {
  const chinese = pages.filter((path) => path.startsWith('docs/zh/'));
  expect(english.length).toBeGreaterThan(20);
  expect(chinese.sort()).toEqual(english.map(twinOf).sort());
});

describe.each(english)('%s and its twin', (path) => {
  const page = readPage(path);
  const twin = readPage(twinOf(path));

  it('have the same headings, level by level', () => {
    expectAlike(path, 'heading', headingsOf(twin), headingsOf(page), ({ level }) => level);
  });

  it('show the same code and the same output', () => {
    expectAlike(path, 'block of code', blocksOf(twin), blocksOf(page), (block) => block);
  });

  it('have tables of the same size', () => {
    expectAlike(path, 'table', tablesOf(twin), tablesOf(page), ({ rows }) => rows);
  });

  it('link to the same pages', () => {
    expect(linksOf(twin), `links of ${twinOf(path)}`).toEqual(linksOf(page));
  });
});

/** Compares part by part, and names the first one that differs by its number and what it is in both languages. */
function expectAlike<Part>(
  path: string,
  name: string,
  chinese: readonly Part[],
  wanted: readonly Part[],
  shapeOf: (part: Part) => unknown,
): void {
  for (const [index, part] of wanted.entries()) {
    const twin = chinese[index];
    const place = `${name} ${index + 1} of ${twinOf(path)} is not that of ${path}`;
    expect(
      twin === undefined ? 'none' : shapeOf(twin),
      `${place}: ${JSON.stringify(part)} is there ${JSON.stringify(twin)}`,
    ).toEqual(shapeOf(part));
  }
  expect(chinese.length, `${twinOf(path)} has a ${name} more than ${path}`).toBe(wanted.length);
}

interface Table {
  readonly head: string;
  readonly rows: number;
}

function tablesOf({ text }: Page): readonly Table[] {
  return [...text.matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) => {
    const lines = table.trim().split('\n');
    return { head: lines[0] ?? '', rows: lines.length };
  });
}

/** The files that a page links to, without anchors, which are words; a twin leads to the twin. */
function linksOf(page: Page): readonly string[] {
  return (
    targetsOf(page)
      .map((target) => {
        if (target.includes(':')) return target;
        const path = posix.join(posix.dirname(page.path), target.replace(/#.*$/, ''));
        return path.replace(/^docs\/zh\//, 'docs/').replace('README.zh-CN.md', 'README.md');
      })
      // The sources of a fact may be named in another order, where the sentence is another one.
      .sort()
  );
}
