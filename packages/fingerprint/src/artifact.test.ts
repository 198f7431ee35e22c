import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { artifactDigest, readArtifact, type ArtifactFile } from './artifact.ts';
import { sha256 } from './digest.ts';

const file = (path: string, changes: Partial<ArtifactFile> = {}): ArtifactFile => ({
  path,
  executable: false,
  bytes: 1,
  sha256: sha256('x'),
  ...changes,
});

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'temper-artifact-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub', 'b.txt'), 'b');
  writeFileSync(join(folder, 'a.txt'), 'aa');
  return folder;
}

test('the digests of artifacts are golden values', () => {
  expect(artifactDigest([])).toMatchInlineSnapshot(
    `"ec40c1f72ec626f26819bf043433cf373bd20f8b5b418f7de902f6f5363e5b2f"`,
  );
  expect(artifactDigest([file('a'), file('b/c', { executable: true, bytes: 3 })])).toMatchInlineSnapshot(
    `"9be349b6d230cf0133ecc44f05a7e8b1844aa3f1c3a6e0ab29bd97470844cbd8"`,
  );
});

test('the order in which files are listed does not count', () => {
  const files = [file('b'), file('a'), file('a/b'), file('a-b')];
  expect(artifactDigest(files)).toBe(artifactDigest([...files].reverse()));
});

test.each<[string, ArtifactFile]>([
  ['a renamed file', file('b')],
  ['an executable bit', file('a', { executable: true })],
  ['a size', file('a', { bytes: 2 })],
  ['content', file('a', { sha256: sha256('y') })],
])('%s changes the digest', (_what, changed) => {
  expect(artifactDigest([changed])).not.toBe(artifactDigest([file('a')]));
});

test.each(['', '/a', 'a//b', './a', '../a', 'a/', 'a\0b'])('%j is no path of an artifact', (path) => {
  expect(() => artifactDigest([file(path)])).toThrow('is not a path relative to an artifact');
});

test('a path that is listed twice is refused', () => {
  expect(() => artifactDigest([file('a'), file('a')])).toThrow('an artifact lists "a" twice');
});

test('a folder is read with its subfolders, in code-unit order', async () => {
  const folder = createFolder();
  chmodSync(join(folder, 'a.txt'), 0o744);
  expect(await readArtifact(folder)).toEqual([
    { path: 'a.txt', executable: true, bytes: 2, sha256: sha256('aa') },
    { path: 'sub/b.txt', executable: false, bytes: 1, sha256: sha256('b') },
  ]);
});

test('a link in an artifact is refused by name', async () => {
  const folder = createFolder();
  symlinkSync('a.txt', join(folder, 'link'));
  await expect(readArtifact(folder)).rejects.toThrow('link is neither a regular file nor a folder');
});

test('a name that is not UTF-8 is refused', async () => {
  const folder = createFolder();
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff)]), '');
  await expect(readArtifact(folder)).rejects.toThrow('has a name that is not UTF-8');
});
