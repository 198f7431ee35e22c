/** Each row of the page about what goes wrong names tests, and they are where it says. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { inRepository, readPage } from './pages.ts';

const page = readPage('docs/explanation/pitfalls.md');
const rows = page.text.split('\n').filter((line) => /^\| (?!-+ |what happened)/.test(line));

it('has a row for each thing that went wrong', () => {
  expect(rows.length).toBeGreaterThan(10);
});

it.each(rows)('%s', (row) => {
  const tests = [...row.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)];
  expect(tests).not.toEqual([]);
  for (const [, title = '', link = ''] of tests) {
    const path = posix.join(posix.dirname(page.path), link);
    const code = readFileSync(inRepository(path), 'utf8');
    const begins = path.endsWith('.py') ? [`def ${title}(`] : [`it('${title}'`, `'${title}',`];
    expect(
      begins.some((start) => code.includes(start)),
      `${path} holds no test "${title}"`,
    ).toBe(true);
  }
});
