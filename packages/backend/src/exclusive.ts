import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** Makes a file whole, and only if there is none of that name: false when somebody was first. */
export async function publishOnce(path: string, content: string): Promise<boolean> {
  const mine = `${path}.${process.pid}.${counter++}`;
  await writeFile(mine, content, { flush: true });
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

/**
 * Takes away a file that a dead owner left. Renamed before it is removed, and put back when its content turns out to be
 * another: of two that clear away the same file, the slower must not remove what the faster has published since.
 */
export async function takeAway(path: string, content: string): Promise<void> {
  const aside = `${path}.${process.pid}.${counter++}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== content) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

let counter = 0;
