/** The tutorial, as a newcomer reads it: every block in order, on a clean clone, held against what it says is printed. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blocksOf, readPage } from '../docs/pages.ts';
import { openClone } from '../rig/clone.ts';
import { spoken } from '../rig/workspace/spoken.ts';

const minutes = 60_000;

/** Figures are those of the machine that wrote the page; whether they rose or fell is not. */
const withoutDigits = (text: string): string => text.replace(/\d+\.\d+/g, '<figure>');

it(
  'the tutorial leads from a clone to a changed experiment',
  async () => {
    const { root, shell } = await openClone();
    const pipeline = join(root, 'pipelines/alpaca-glm4.ts');
    let printed = '';
    for (const { language, code } of blocksOf(readPage('docs/tutorial/first-experiment.md'))) {
      if (language === 'sh') {
        printed = await shell(code);
      } else if (language === 'yaml') {
        await writeFile(join(root, 'pipelines/alpaca-glm4.slow.yaml'), code);
      } else if (code.startsWith('# Comparison')) {
        const report = await readFile(join(root, 'output/alpaca-glm4/tiny/report/report.md'), 'utf8');
        expect(withoutDigits(report)).toContain(withoutDigits(code));
      } else if (code.startsWith('$ npx temper check')) {
        const right = await readFile(pipeline, 'utf8');
        await writeFile(pipeline, right.replace('train: trainTokens', 'train: testTokens'));
        const [, expected = ''] = code.split('\n');
        expect(await shell('npx temper check 2>&1 || true')).toContain(expected);
        await writeFile(pipeline, right);
      } else if (code.startsWith('$ ')) {
        const end = code.indexOf('\n');
        expect(spoken(await shell(code.slice(2, end)), root)).toBe(spoken(code.slice(end + 1), root));
      } else {
        expect(spoken(printed, root)).toContain(spoken(code, root));
      }
    }
    expect(printed).toContain('4 ran, 6 reused');
  },
  30 * minutes,
);
