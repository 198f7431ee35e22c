import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export type LaneName = 'series' | 'scalar' | 'media' | 'console' | 'file';
export const laneNames: readonly LaneName[] = ['series', 'scalar', 'media', 'console', 'file'];

/** How far one server has got with one record log. */
export interface Progress {
  /** The id under which this server knows the run. */
  readonly runId: string;
  /** For each lane the byte at which its first unsent record begins, or a later one. */
  readonly sent: Readonly<Record<LaneName, number>>;
  /** Number of the last console line that was sent. */
  readonly lastLine: number;
  /** Everything was sent and the server knows how the run ended. */
  readonly closed: boolean;
}

/** A server and a project on it, as a key of the bookmark. */
export function targetOf(parts: { apiHost: string; workspace: string; project: string }): string {
  return `${parts.apiHost}/@${parts.workspace}/${parts.project}`;
}

interface Bookmark {
  readonly version: 1;
  readonly targets: Readonly<Record<string, Progress>>;
}

/** An unreadable bookmark counts as none: the upload then begins anew, below the floor that the server names. */
export function readBookmark(path: string, target: string): Progress | undefined {
  return load(path).targets[target];
}

/** Written whole or not at all, so that a crash leaves the place before. */
export function writeBookmark(path: string, target: string, progress: Progress): void {
  const bookmark: Bookmark = { version: 1, targets: { ...load(path).targets, [target]: progress } };
  writeFileSync(`${path}.new`, `${JSON.stringify(bookmark, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function load(path: string): Bookmark {
  try {
    const parsed = JSON.parse(readFileSync(path, 'utf8')) as Partial<Bookmark>;
    if (parsed.version === 1 && typeof parsed.targets === 'object')
      return { version: 1, targets: parsed.targets };
  } catch {
    // No bookmark yet, or one that a full disk cut short.
  }
  return { version: 1, targets: {} };
}
