import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalStore } from '@temper/store';
import { beforeAll, describe, expect, it } from 'vitest';
import { bringAbout, contentOf, sorted } from './store-rig.ts';
import { buildDriver } from './build-driver.ts';

const run = promisify(execFile);
let base: string;
let driver: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'temper-mounts-'));
  driver = await buildDriver(base);
  return () => rm(base, { recursive: true, force: true });
});

/** Why a mount cannot be tried here; undefined where it can. */
function refusal(script: string): string | undefined {
  try {
    execFileSync('unshare', ['--mount', 'sh', '-ec', script], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error).trim() || 'there is no unshare';
  }
}

const noBinds = refusal('mount --bind /tmp /tmp && mount -o remount,ro,bind /tmp');
const noLoops = refusal(
  'd=$(mktemp -d); truncate -s 8M $d/i; mkfs.ext4 -q $d/i; mkdir $d/m; mount -o loop $d/i $d/m; umount $d/m; rm -r $d',
);

describe.skipIf(noBinds !== undefined)(
  `a read-only mount${noBinds === undefined ? '' : ` (not here: ${noBinds})`}`,
  () => {
    it('serves what is there, and refuses the rest with a sentence', async () => {
      const root = join(base, 'fixed');
      const store = createLocalStore(root);
      await bringAbout(store, 0);
      await store.settled();
      const mounted = `mount --bind ${root} ${root} && mount -o remount,ro,bind ${root} && `;
      const inside = (words: string): Promise<{ stdout: string }> =>
        run('unshare', ['--mount', 'sh', '-c', `${mounted}${process.execPath} ${driver} ${root} ${words}`]);
      const { stdout } = await inside('1 serve');
      expect(JSON.parse(stdout)).toEqual(sorted(contentOf(0)));
      await expect(inside('2')).rejects.toMatchObject({
        stderr: expect.stringContaining(
          'the store cannot be written to: its file system is read-only',
        ) as string,
      });
    });
  },
);

describe.skipIf(noLoops !== undefined)(
  `a power cut${noLoops === undefined ? '' : ` (not here: ${noLoops.split('\n')[0] ?? ''})`}`,
  () => {
    it('leaves a store of which nothing corrupt is served', async () => {
      const [image, cut, place] = [join(base, 'image'), join(base, 'cut'), join(base, 'place')];
      await mkdir(place);
      await run('truncate', ['-s', '64M', image]);
      await run('mkfs.ext4', ['-q', image]);
      let served = 0;
      for (let round = 1; round <= 10; round++) {
        // The image as the disk has it in the middle of the work, without a clean end.
        const working = `mount -o loop ${image} ${place} && (${process.execPath} ${driver} ${place}/store ${String(round * 4)} & d=$!; sleep 0.${String(round)}; cp --sparse=always ${image} ${cut}; wait $d); umount ${place}`;
        await run('unshare', ['--mount', 'sh', '-c', working]);
        const after = `mount -o loop ${cut} ${place} && ${process.execPath} ${driver} ${place}/store ${String(round * 4)} serve; umount ${place}`;
        const { stdout } = await run('unshare', ['--mount', 'sh', '-c', after]);
        for (const [step, line] of stdout.trim().split('\n').entries()) {
          const found = JSON.parse(line) as object;
          if (Object.keys(found).length === 0) continue;
          served += 1;
          expect(found).toEqual(sorted(contentOf(step)));
        }
      }
      console.log(`power cut: 10 cuts, ${String(served)} results served afterwards, none wrong`);
    });
  },
);
