import { readFile } from 'node:fs/promises';
import { publishOnce, takeAway } from '../exclusive.ts';
import { ownerLives, thisOwner } from '../process/identity.ts';

/** Takes a lock file, or takes it over from an owner that is dead; false while somebody else has it. */
export async function takeLock(path: string): Promise<boolean> {
  const owner = await thisOwner();
  for (;;) {
    if (await publishOnce(path, owner)) return true;
    const holder = await readFile(path, 'utf8').catch(() => undefined);
    // Given back between the two looks.
    if (holder === undefined) continue;
    if ((await ownerLives(holder)) !== false) return false;
    await takeAway(path, holder);
  }
}

/** Gives a lock back. */
export async function releaseLock(path: string): Promise<void> {
  await takeAway(path, await thisOwner());
}
