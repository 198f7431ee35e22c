/** What the reference takes from the code is what the code says, in both languages. `--update` writes it anew. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { partsOf, withParts, type Parts } from '../../docs/make/parts.ts';
import { referenceParts } from '../../docs/make/reference/index.ts';
import { createChinese, sayEnglish, type Say } from '../../docs/make/say.ts';
import { stageReference } from '../../docs/make/stage-reference.ts';
import { allPages, formatted, inRepository } from './pages.ts';
import { readStages } from './stages.ts';

const chinese = createChinese();
const pages = allPages().filter(({ path, text }) => path.startsWith('docs/') && partsOf(text).length > 0);

let parts: Parts;
beforeAll(() => {
  parts = referenceParts(inRepository());
});

it.each(pages)('$path says what the code says', async ({ path, text }) => {
  const say: Say = path.startsWith('docs/zh/') ? chinese.say : sayEnglish;
  const page = inRepository(path);
  await expect(await formatted(withParts(text, parts, say), page)).toMatchFileSnapshot(page);
});

it.each([
  ['docs/reference/stages.md', sayEnglish, '../..'],
  ['docs/zh/reference/stages.md', chinese.say, '../../..'],
] as const)('%s says what the declarations say', async (path, say, root) => {
  const page = inRepository(path);
  await expect(await formatted(stageReference(await readStages(), say, root), page)).toMatchFileSnapshot(
    page,
  );
});

it('the reference has every part in both languages', () => {
  const shown = (root: string): readonly string[] =>
    pages
      .filter(({ path }) => path.startsWith(root))
      .flatMap(({ path }) => partsOf(readFileSync(inRepository(path), 'utf8')))
      .sort();
  // A command that has no options of its own has no table of them.
  const wanted = Object.entries(parts).filter(([, part]) => part(sayEnglish).split('\n').length > 2);
  expect(shown('docs/reference/')).toEqual(wanted.map(([name]) => name).sort());
  expect(shown('docs/zh/reference/')).toEqual(shown('docs/reference/'));
});

it('every translation is of a sentence that there is', () => {
  expect(chinese.unused()).toEqual([]);
});
