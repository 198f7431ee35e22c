import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256, type KindIdentity } from '@temper/fingerprint';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createChecker } from './check.ts';

let script: string;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'temper-check-worker-'));
  script = join(folder, 'check-worker.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'check-worker.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@temper/source'],
  });
  return () => rm(folder, { recursive: true });
});

/** A kind's bundle as it would be after bundling, here without a schema library. */
function kindOf(body: string): KindIdentity {
  const text = `export const kind = { kind: 'list', ${body} };`;
  const origin = { raw: sha256(text), reader: 'test', files: [], packages: [] };
  return { kind: 'list', digest: sha256(text), bytes: Buffer.from(text), ...origin };
}

async function makeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-check-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function open() {
  const checker = createChecker({ script, cache: await makeFolder({}) });
  onTestFinished(() => checker.close());
  return checker;
}

const rows = kindOf(
  "row: { safeParse: (row) => (row.n > 0 ? {} : { error: { issues: [{ path: ['n'], message: 'too small' }] } }) }",
);

describe('a check', () => {
  it('has no objection to what its kind allows', async () => {
    const checker = await open();
    expect(
      await checker.check(rows, await makeFolder({ 'rows.jsonl': '{"n":1}\n{"n":2}\n' })),
    ).toBeUndefined();
    expect(await checker.check(kindOf(''), await makeFolder({ any: '' }))).toBeUndefined();
  });

  it('names bad rows by number, field and reason, and counts them all', async () => {
    const text = ['{"n":1}', ...Array.from({ length: 21 }, () => '{"n":0}'), '{'].join('\n');
    const objection = await (await open()).check(rows, await makeFolder({ 'rows.jsonl': text }));
    const lines = objection?.message.split('\n') ?? [];
    expect(lines).toHaveLength(22);
    expect([lines[0], lines[1], lines[21]]).toEqual([
      '22 of 23 rows do not fit',
      '  row 2: n: too small, not 0',
      '  and 2 more',
    ]);
  });

  it('gets the files of the artifact in order, with their sizes', async () => {
    const kind = kindOf('check({ files }) { throw new Error(JSON.stringify(files)); }');
    const objection = await (await open()).check(kind, await makeFolder({ b: '12', a: '1' }));
    expect(objection?.message).toBe('[{"path":"a","bytes":1},{"path":"b","bytes":2}]');
  });

  it('of one kind may go on many times at once', async () => {
    const checker = await open();
    const folder = await makeFolder({ 'rows.jsonl': '{"n":1}\n' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => checker.check(rows, folder)));
    expect(new Set(answers)).toEqual(new Set([undefined]));
  });
});
