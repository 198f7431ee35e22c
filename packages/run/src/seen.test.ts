import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { seeAll } from './seen.ts';

/** A file, a link, a place where nothing is, and a folder with a file two levels down. */
function makePlaces(): { readonly at: (path: string) => string; readonly print: () => string | undefined } {
  const folder = mkdtempSync(join(tmpdir(), 'temper-seen-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const at = (path: string): string => join(folder, path);
  mkdirSync(at('below/deep'), { recursive: true });
  writeFileSync(at('file'), 'one');
  writeFileSync(at('below/deep/file'), 'one');
  symlinkSync('file', at('link'));
  return { at, print: () => seeAll([at('file'), at('link'), at('nothing')], [at('below')])?.print };
}

type Change = (at: (path: string) => string) => void;

/** Gives a file other bytes of the same size, and its old time. */
const behindItsTime =
  (path: string): Change =>
  (at) => {
    const { atime, mtime } = lstatSync(at(path));
    writeFileSync(at(path), 'two');
    utimesSync(at(path), atime, mtime);
  };

it.each<[string, Change]>([
  [
    'a file that grew',
    (at) => {
      appendFileSync(at('file'), '!');
    },
  ],
  ['a file with other bytes under its old size and time', behindItsTime('file')],
  [
    'a file with other permissions',
    (at) => {
      chmodSync(at('file'), 0o600);
    },
  ],
  [
    'a file that is gone',
    (at) => {
      rmSync(at('file'));
    },
  ],
  [
    'a link that leads elsewhere',
    (at) => {
      rmSync(at('link'));
      symlinkSync('other', at('link'));
    },
  ],
  [
    'a file in the place of a link',
    (at) => {
      rmSync(at('link'));
      writeFileSync(at('link'), '');
    },
  ],
  [
    'something where nothing was',
    (at) => {
      writeFileSync(at('nothing'), '');
    },
  ],
  ['other bytes far below a folder', behindItsTime('below/deep/file')],
  [
    'another name far below a folder',
    (at) => {
      renameSync(at('below/deep/file'), at('below/deep/name'));
    },
  ],
  [
    'a file more below a folder',
    (at) => {
      writeFileSync(at('below/more'), '');
    },
  ],
])('%s is seen', async (_, change) => {
  const { at, print } = makePlaces();
  const before = print();
  expect(print()).toBe(before);
  // Two changes in one tick of the clock of a file system look the same, which is why the newest change is told.
  await new Promise((resolve) => setTimeout(resolve, 20));
  change(at);
  expect(print()).not.toBe(before);
});

it('tells since when a change more would show', () => {
  const { at } = makePlaces();
  writeFileSync(at('newest'), '');
  const { ctimeMs } = lstatSync(at('newest'));
  expect(seeAll([at('file'), at('newest')], [])?.settled).toBeGreaterThanOrEqual(ctimeMs + 20);
  expect(seeAll([at('nothing')], [])?.settled).toBe(0);
});

it('believes nothing of a folder that is not there, or leads elsewhere', () => {
  const { at } = makePlaces();
  symlinkSync('below', at('elsewhere'));
  expect(seeAll([], [at('nothing')])).toBeUndefined();
  expect(seeAll([], [at('elsewhere')])).toBeUndefined();
});
