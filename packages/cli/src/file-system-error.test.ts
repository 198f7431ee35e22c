import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { explainFileSystem } from './file-system-error.ts';

/** As the system refuses something. */
function refusal(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: mkdir '${path}'`), { code, path, syscall: 'mkdir' });
}

it('a file in the place of a folder is named, however deep below it the call went', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'temper-refused-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'output');
  await writeFile(file, '');
  const error: unknown = await mkdir(join(file, 'a/b'), { recursive: true }).catch(
    (reason: unknown) => reason,
  );
  expect(explainFileSystem(error)?.message).toBe(`${file} is a file, where a folder is needed`);
});

it.each([
  ['EACCES', 'permission denied: /w/.temper'],
  ['EPERM', 'permission denied: /w/.temper'],
  ['EROFS', 'the file system of /w/.temper is read-only'],
  ['ENOSPC', 'no space left for /w/.temper'],
  ['EDQUOT', 'no space left for /w/.temper'],
  ['EIO', 'the disk reported an error at /w/.temper'],
  ['EMFILE', 'too many files are open: /w/.temper could not be opened'],
])('%s is said in words', (code, message) => {
  expect(explainFileSystem(refusal(code, '/w/.temper'))?.message).toBe(message);
});

it('everything else is left to whoever looks for mistakes of ours', () => {
  expect(explainFileSystem(refusal('ENOENT', '/w/.temper'))).toBeUndefined();
  // A folder that is there already is in nobody's way.
  expect(explainFileSystem(refusal('EEXIST', tmpdir()))).toBeUndefined();
  expect(explainFileSystem(new TypeError('x is not a function'))).toBeUndefined();
  expect(explainFileSystem('text')).toBeUndefined();
});
