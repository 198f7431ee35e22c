/** A small store for fault tests: results that a number tells apart, made and looked up the way a run does it. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalStore, type Store } from '@temper/store';
import { keyOf, resultOf } from '../../packages/store/src/conformance/step.ts';

export { keyOf };

/** What the step of a number makes: two files of its own, and one that all steps share. */
export function contentOf(step: number): Readonly<Record<string, string>> {
  const own = createHash('sha256').update(String(step)).digest('hex');
  return { 'rows.jsonl': `${own}\n`.repeat(8), 'more/own.txt': own, 'more/shared.txt': 'the same for all\n' };
}

export type Made = 'made' | 'found' | 'held';

/** Brings the result of a step about: finds it, or claims it, has its "job" write it, and publishes it. */
export async function bringAbout(
  store: Store,
  step: number,
  whileClaimed: () => Promise<void> = () => Promise.resolve(),
): Promise<Made> {
  if ((await store.find(keyOf(step))) !== undefined) return 'found';
  const claim = await store.claim(keyOf(step));
  if ('heldBy' in claim) return 'held';
  if ((await store.find(keyOf(step))) !== undefined) {
    await claim.release({ removeWork: true });
    return 'found';
  }
  await whileClaimed();
  const out = join(claim.workFolder, 'job', 'out');
  for (const [path, text] of Object.entries(contentOf(step))) {
    await mkdir(join(out, path, '..'), { recursive: true });
    await writeFile(join(out, path), text);
  }
  await claim.assertHeld();
  const rows = await store.ingest(out, 'rows');
  await claim.assertHeld();
  await store.publish(resultOf(step, { rows }));
  await claim.release({ removeWork: true });
  return 'made';
}

/** The same in a store of its own, which has written everything down when this ends: its folder may be removed. */
export async function bringAboutIn(root: string, step: number): Promise<Made> {
  const store = createLocalStore(root);
  const made = await bringAbout(store, step);
  await store.settled();
  return made;
}

/** What a user would read of a step: every file, or undefined when the store does not have it. */
export async function serve(
  root: string,
  step: number,
): Promise<Readonly<Record<string, string>> | undefined> {
  const store = createLocalStore(root);
  const stored = await store.find(keyOf(step));
  const output = stored?.manifest.outputs['rows'];
  if (output === undefined) return undefined;
  const tree = await store.materialise(output, { found: true });
  await store.settled();
  const names = await readdir(tree, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(
    files.map(async (path) => [path.slice(tree.length + 1), await readFile(path, 'utf8')] as const),
  );
  return Object.fromEntries(texts.sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function sorted(content: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(content).sort(([one], [other]) => (one < other ? -1 : 1)));
}
