import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockedRepository, lockText, readLock, type Lock, type LockedRepository } from './lock.ts';

const repository: LockedRepository = {
  hub: 'huggingface',
  type: 'dataset',
  repository: 'owner/rows',
  revision: 'main',
  commit: 'c'.repeat(40),
  files: {
    'b.json': { size: 3, sha256: 'b'.repeat(64) },
    'a.md': { size: 2, gitSha1: 'a'.repeat(40) },
  },
};
const lock: Lock = {
  keyFormat: 1,
  configurations: {
    tiny: {
      files: { 'data/z.json': '2'.repeat(64), 'data/a.json': '1'.repeat(64) },
      folders: {},
      hub: [repository],
      environments: { trl: '3'.repeat(64) },
      images: {},
    },
  },
};

async function workspaceWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'pipelines'));
  await writeFile(join(folder, 'pipelines/p.lock'), text);
  return folder;
}

describe('a lock', () => {
  it('is written in one order, whatever order its parts came in', async () => {
    expect(await lockText('p', lock)).toBe(
      `# What p reads from outside, by digest. Written by \`temper lock p\`; commit it.
schema: temper.lock/1
keyFormat: 1
configurations:
  tiny:
    files:
      data/a.json: "${'1'.repeat(64)}"
      data/z.json: "${'2'.repeat(64)}"
    hub:
      - hub: huggingface
        type: dataset
        repository: owner/rows
        revision: main
        commit: ${'c'.repeat(40)}
        files:
          a.md:
            size: 2
            gitSha1: ${'a'.repeat(40)}
          b.json:
            size: 3
            sha256: ${'b'.repeat(64)}
    environments:
      trl: "${'3'.repeat(64)}"
`,
    );
  });

  it('says after reading what it said before writing', async () => {
    expect(await readLock(await workspaceWith(await lockText('p', lock)), 'p')).toEqual(lock);
  });

  it('knows a repository by hub, type, name, revision and the globs that choose its files', () => {
    const pin = {
      type: 'hub',
      hub: 'huggingface',
      repositoryType: 'dataset',
      repository: 'owner/rows',
      revision: 'main',
    } as const;
    const section = lock.configurations['tiny'];
    expect(lockedRepository(section, pin)).toBe(repository);
    expect(lockedRepository(section, { ...pin, revision: 'v2' })).toBeUndefined();
    expect(lockedRepository(section, { ...pin, repositoryType: 'model' })).toBeUndefined();
    expect(lockedRepository(section, { ...pin, include: ['a.md'] })).toBeUndefined();
  });

  it.each([
    ['a: [', 'the lock of p is not YAML'],
    ['a: 1\n', 'the lock of p does not say `schema: temper.lock/1`'],
    ['schema: temper.lock/1\n', 'the lock of p lacks `keyFormat` or `configurations`'],
  ])('is refused when it reads %j', async (text, message) => {
    await expect(readLock(await workspaceWith(text), 'p')).rejects.toMatchObject({
      message,
      hint: 'take the committed one again, or write it anew: `temper lock p`',
    });
  });

  it('is none where there is none', async () => {
    expect(await readLock(await workspaceWith(''), 'other')).toBeUndefined();
  });
});
