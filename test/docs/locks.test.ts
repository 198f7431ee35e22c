/** The locks that are committed hold what lies in the repository, so that a run in CI is not refused on a clean clone. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentIdentity } from '@temper/fingerprint';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const locks = readdirSync(join(root, 'pipelines')).filter((name) => name.endsWith('.lock'));

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

it('there are some', () => {
  expect(locks).toContain('alpaca-glm4.lock');
});

describe.each(locks)('%s', (lock) => {
  const remedy = `write it anew with \`npx temper lock ${lock.replace(/\.lock$/, '')}\`, and commit it`;
  const text = read(`pipelines/${lock}`);

  it('knows the data files as they are', () => {
    const files = [...text.matchAll(/^ {6}"?(data\/[^\n:]+?)"?: "?([0-9a-f]{64})"?$/gm)];
    expect(files.length).toBeGreaterThan(0);
    for (const [, path = '', digest] of files) {
      const actual = createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex');
      expect(actual, `${path}: ${remedy}`).toBe(digest);
    }
  });

  it('knows the Python environment as it is', () => {
    const environments = [...text.matchAll(/^ {6}(trl): "?([0-9a-f]{64})"?$/gm)];
    expect(environments.length).toBeGreaterThan(0);
    for (const [, name = '', digest] of environments) {
      const actual = environmentIdentity(read(`packages/trl-backend/environments/${name}/lock.txt`));
      expect(actual, remedy).toBe(digest);
    }
  });
});
