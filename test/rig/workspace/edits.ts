import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workspace } from './index.ts';

/** Edits files of a workspace and takes all of it back, so that a finished run can be shared by many edits. */
export interface Editor {
  readonly root: string;
  /** Replaces every occurrence of a text; throws when there is none. */
  edit(path: string, from: string | RegExp, to: string): Promise<void>;
  append(path: string, text: string): Promise<void>;
  write(path: string, text: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
  mode(path: string, mode: number): Promise<void>;
  /** Notes files as they are, so that another program may change them. */
  note(paths: readonly string[]): Promise<void>;
  /** Takes everything back, last first. */
  undo(): Promise<void>;
}

export function createEditor({ root }: Pick<Workspace, 'root'>): Editor {
  const deeds: (() => Promise<unknown>)[] = [];
  const at = (path: string): string => join(root, path);

  const replace = async (path: string, change: (before: string) => string): Promise<void> => {
    const [before, { mode }] = [await readFile(at(path)), await stat(at(path))];
    const after = change(before.toString('utf8'));
    if (after === before.toString('utf8')) throw new Error(`the edit leaves ${path} as it is`);
    deeds.push(async () => {
      await writeFile(at(path), before);
      await chmod(at(path), mode);
    });
    await writeFile(at(path), after);
  };

  return {
    root,
    edit: (path, from, to) => replace(path, (text) => text.replaceAll(from, to)),
    append: (path, text) => replace(path, (before) => before + text),
    async write(path, text) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), text, { flag: 'wx' });
      deeds.push(() => rm(at(path)));
    },
    async move(from, to) {
      await rename(at(from), at(to));
      deeds.push(() => rename(at(to), at(from)));
    },
    async mode(path, mode) {
      const before = (await stat(at(path))).mode;
      await chmod(at(path), mode);
      deeds.push(() => chmod(at(path), before));
    },
    async note(paths) {
      for (const path of paths) {
        const before = await readFile(at(path));
        deeds.push(() => writeFile(at(path), before));
      }
    },
    async undo() {
      for (let deed = deeds.pop(); deed !== undefined; deed = deeds.pop()) await deed();
    },
  };
}

/** The files below some folders of a workspace with one extension. */
export async function filesBelow(
  root: string,
  folders: readonly string[],
  extension: string,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries)
      if (entry.isFile() && entry.name.endsWith(extension))
        files.push(join(entry.parentPath, entry.name).slice(root.length + 1));
  }
  return files;
}
