import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { sha256, type Digest } from './digest.ts';
import type { SourceFile } from './ingredients.ts';

/** A file that a stage declares, read into memory: what is hashed is what the job gets. */
export interface DeclaredFile {
  /** Absolute. */
  readonly path: string;
  /** Relative to the folder of the entry, so that a moved stage keeps its identity. */
  readonly place: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
  readonly digest: Digest;
}

/** Reads declared files, in code-unit order of their places. */
export function readDeclaredFiles(
  files: readonly string[],
  entry: string,
  workspace: string,
): DeclaredFile[] {
  const folder = dirname(entry);
  const paths = files.map((file) => realPlace(resolve(workspace, file)));
  const declared = [...new Set(paths)].map((path) => {
    const name = relative(workspace, path);
    if (name.startsWith('..')) {
      throw new PipelineError(
        'declared-file-outside',
        `${name} is declared as a file but lies outside the workspace`,
        {
          hint: 'copy it beside the stage, or pin it if it is data',
        },
      );
    }
    try {
      const bytes = readFileSync(path);
      const executable = (statSync(path).mode & 0o100) !== 0;
      return { path, place: slashed(relative(folder, path)), bytes, executable, digest: sha256(bytes) };
    } catch (cause) {
      throw new PipelineError(
        'declared-file-missing',
        `${name} is declared as a file of a stage but cannot be read`,
        {
          hint: 'check the path in `files`; it is relative to stage.ts',
          cause,
        },
      );
    }
  });
  return declared.sort((one, other) => (one.place < other.place ? -1 : one.place > other.place ? 1 : 0));
}

/** What of a declared file is part of a code identity. */
export function identifyDeclared(
  files: readonly DeclaredFile[],
): readonly (readonly [string, boolean, Digest])[] {
  return files.map(({ place, executable, digest }) => [place, executable, digest]);
}

/** The files as sources of a step's code. */
export function declaredSources(declared: readonly DeclaredFile[], workspace: string): SourceFile[] {
  return declared.map(({ path, bytes, digest }) => ({
    path: slashed(relative(workspace, path)),
    raw: digest,
    normalised: readableText(bytes),
  }));
}

/** The workspace's own path is free of links, and a file's must be to be compared with it; its name stays its own. */
function realPlace(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

/** A path with `/` on every platform. */
export function slashed(path: string): string {
  return path.split(sep).join('/');
}

/** Text for people to compare; nothing for what is not text. */
export function readableText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  return text.includes('\0') || text.includes('\uFFFD') ? '' : text;
}

/** Where a file of the workspace lies in a job. The name `node_modules` is taken there: it leads to the packages. */
export function jobFolderPath(path: string, workspace: string): string {
  return slashed(relative(workspace, path)).replace(/^.*node_modules\//, '');
}
