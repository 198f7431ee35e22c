import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all, also when the power goes: written beside, flushed, renamed, and the folder flushed.
 * Synchronous, because the launcher does it as its last act.
 */
export function writeDurably(path: string, content: string): void {
  const partial = `${path}.partial`;
  const file = openSync(partial, 'w');
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
  flushFolder(dirname(path));
}

/** Makes the names in a folder survive a power cut. */
function flushFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
