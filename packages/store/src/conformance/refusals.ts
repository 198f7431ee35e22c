import { execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Tests } from './index.ts';

type Spoil = (folder: string) => Promise<unknown>;

const refused: Readonly<Record<string, readonly [why: string, spoil: Spoil]>> = {
  'a symbolic link is refused by name': [
    'it is a symbolic link',
    (folder) => symlink('/etc/hostname', join(folder, 'x')),
  ],
  'a named pipe is refused by name, and not waited for': [
    'it is a named pipe',
    (folder) => Promise.resolve(execFileSync('mkfifo', [join(folder, 'x')])),
  ],
  'a name that holds a line feed is refused': [
    'control character',
    (folder) => writeFile(join(folder, 'x\ny'), ''),
  ],
  'names that differ only by case are refused': [
    'the same file as "A"',
    (folder) => writeFile(join(folder, 'A'), ''),
  ],
};

export const refusals: Tests = Object.fromEntries(
  Object.entries(refused).map(([title, [why, spoil]]) => [
    title,
    async ({ store, folder }) => {
      const path = await folder({ a: 'bytes' });
      await spoil(path);
      await expect(store.ingest(path, 'rows')).rejects.toMatchObject({
        problem: 'refused',
        message: expect.stringContaining(why) as string,
      });
    },
  ]),
);
