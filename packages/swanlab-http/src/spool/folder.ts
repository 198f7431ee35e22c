import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { SwanLabError } from '../errors.ts';

/** The places in a run's folder, as the official client lays them out. */
export interface RunFolder {
  readonly path: string;
  readonly log: string;
  readonly files: string;
  readonly media: string;
  /** Ours alone: how far the upload has come. */
  readonly bookmark: string;
}

/** Makes `run-YYYYMMDD_HHMMSS-<id>` below `logDir`, which gets a `.gitignore` if it was empty. */
export function createRunFolder(logDir: string, runId: string, now: Date): RunFolder {
  mkdirSync(logDir, { recursive: true });
  if (readdirSync(logDir).length === 0) writeFileSync(join(logDir, '.gitignore'), '*\n');
  const safeId = runId.replaceAll(/[^0-9A-Za-z_]/g, '_').slice(0, 200);
  const stem = `run-${localStamp(now)}-${safeId}`;
  const path = freshFolder(logDir, stem);
  const folder = layout(path, join(path, `run-${safeId}.swanlab`));
  mkdirSync(folder.files);
  mkdirSync(folder.media);
  return folder;
}

/** A folder that some client wrote; it holds exactly one record log. */
export function openRunFolder(path: string): RunFolder {
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw new SwanLabError('no-run-folder', `${path} is no folder`);
  }
  const names = readdirSync(path);
  const logs = names.filter((name) => name.startsWith('run-') && name.endsWith('.swanlab'));
  if (logs.length !== 1) {
    const old = names.includes('backup.swanlab');
    throw new SwanLabError(
      'no-record-log',
      `${path} holds ${logs.length} files run-*.swanlab instead of one`,
      {
        ...(old && {
          hint: 'backup.swanlab is the format of clients before 0.8; upload it with one of those',
        }),
      },
    );
  }
  return layout(path, join(path, logs[0] as string));
}

function layout(path: string, log: string): RunFolder {
  const root = resolve(path);
  return {
    path: root,
    log: resolve(log),
    files: join(root, 'files'),
    media: join(root, 'media'),
    bookmark: join(root, 'sdk-http.json'),
  };
}

/** Two runs of one id may begin within a second. */
function freshFolder(logDir: string, stem: string): string {
  for (let count = 1; ; count += 1) {
    const path = join(logDir, count === 1 ? stem : `${stem}-${count}`);
    try {
      mkdirSync(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function localStamp(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}_${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

/** Where a saved file is now: at its source, or, if the folder was moved, by its name in `files`. */
export function locateSaved(
  folder: RunFolder,
  save: { name: string; sourcePath: string; custom: boolean },
): string | undefined {
  const isFile = (path: string) => existsSync(path) && statSync(path).isFile();
  if (save.sourcePath !== '' && isFile(save.sourcePath)) return save.sourcePath;
  const name = save.custom ? save.name : basename(save.sourcePath.replaceAll('\\', '/'));
  const inside = resolve(folder.files, name);
  return inside.startsWith(`${folder.files}/`) && isFile(inside) ? inside : undefined;
}
