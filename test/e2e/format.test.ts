import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint, sha256 } from '@temper/fingerprint';
import { createLocalStore, type Stored } from '@temper/store';
import { expect, it } from 'vitest';
import { useWorkspace, type Ran, type Workspace } from '../rig/workspace/index.ts';

/** Which result each step had last. */
const last = '.temper/index/last/numbers.default.json';

/**
 * Makes every result of a store what an earlier version of Temper would have left, whose bundler wrote other code for
 * the same sources: under other fingerprints, and nothing else. Answers the fingerprints that they had, by label.
 */
async function ageResults(workspace: Workspace, reader: string): Promise<Readonly<Record<string, string>>> {
  const aged = new Map<string, string>();
  const store = createLocalStore(join(workspace.home, 'store'));
  const results: Stored[] = [];
  for await (const stored of store.all()) results.push(stored);
  for (const { manifest } of results) {
    const { schema: _, nondeterministic: __, ...made } = manifest;
    const ingredients = {
      ...manifest.ingredients,
      code: sha256(`${manifest.ingredients.code} of ${reader}`),
    };
    await store.publish({
      ...made,
      ingredients,
      fingerprint: fingerprint(ingredients),
      source: { ...made.source, reader },
    });
    const folder = join(
      workspace.home,
      'store/manifests',
      manifest.fingerprint.slice(0, 2),
      manifest.fingerprint,
    );
    await rm(folder, { recursive: true });
    aged.set(manifest.fingerprint, fingerprint(ingredients));
  }
  await store.settled();
  const now = JSON.parse(await workspace.read(last)) as Record<string, string>;
  const then = Object.entries(now).map(([label, key]) => [label, aged.get(key)] as const);
  await workspace.write(last, JSON.stringify(Object.fromEntries(then)));
  return now;
}

it('when only the tool’s own format has changed nothing runs, and every result has its new key as well', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  const before = await ageResults(workspace, 'esbuild 0.1.0');

  const renewed = await workspace.run('numbers');
  expect(renewed.code).toBe(0);
  expect(new Set(Object.values(renewed.outcomes))).toEqual(new Set(['reused']));
  expect(codes(renewed)).toEqual(Object.keys(before).map(() => ['format']));
  expect(await workspace.read('output/numbers/default/total/text.txt')).toBe('40\n');

  const after = await workspace.run('numbers');
  expect(new Set(Object.values(after.outcomes))).toEqual(new Set(['reused']));
  expect(codes(after)).toEqual(Object.keys(before).map(() => []));
  expect(after.result?.steps.map(({ fingerprint: key }) => key)).toEqual(
    renewed.result?.steps.map(({ fingerprint: key }) => key),
  );
  expect(JSON.parse(await workspace.read(last))).toEqual(before);
});

it('when the format and a source have changed the step runs', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers', ['--until', 'scale']);
  await ageResults(workspace, 'esbuild 0.1.0');
  await workspace.edit('small/scale/times.ts', 'n * factor', 'factor * n');
  const edited = await workspace.run('numbers', ['--until', 'scale']);
  expect(edited.outcomes).toMatchObject({ count: 'reused', scale: 'ran' });
});

function codes({ result }: Ran): unknown {
  return result?.steps.map(({ reasons }) => reasons.map(({ code }) => code));
}
