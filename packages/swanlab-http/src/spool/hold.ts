import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SwanLabError } from '../errors.ts';
import type { RunFolder } from './folder.ts';

/** A hold whose owner has not touched it for so long is of somebody who was killed, or of a machine that is off. */
const staleAfter = 60_000;
const touchEvery = 10_000;

/**
 * Keeps other uploads off a folder until the answer is called: two at once would send everything twice. What a killed
 * process left is taken over. Throws a SwanLabError with code `already-uploading`.
 */
export function holdFolder(folder: RunFolder): () => void {
  const path = join(folder.path, 'sdk-http.uploading');
  const owner = JSON.stringify({ host: hostname(), pid: process.pid });
  for (let attempt = 0; !claim(path, owner); attempt += 1) {
    if (attempt === 3 || !isLeft(path)) {
      throw new SwanLabError('already-uploading', `${folder.path} is being uploaded by another process`, {
        hint: 'wait until that one has ended; what it has sent is not sent again',
      });
    }
    rmSync(path, { force: true });
  }
  const timer = setInterval(() => touch(path), touchEvery);
  timer.unref();
  return () => {
    clearInterval(timer);
    rmSync(path, { force: true });
  };
}

/** Whether the file could be made. A folder that cannot be written to is nobody's to hold, and is uploaded all the same. */
function claim(path: string, owner: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, owner);
    closeSync(file);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EEXIST';
  }
}

function isLeft(path: string): boolean {
  try {
    if (Date.now() - statSync(path).mtimeMs > staleAfter) return true;
    const { host, pid } = JSON.parse(readFileSync(path, 'utf8')) as { host: string; pid: number };
    return host === hostname() && pid !== process.pid && !isRunning(pid);
  } catch (error) {
    // Gone meanwhile; or just made and not written yet, which is somebody alive.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The folder was moved or removed under an upload, which says so itself.
  }
}
