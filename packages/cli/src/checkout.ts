import {
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  copyFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { PipelineError } from '@temper/pipeline';

/** A state of the workspace's sources beside the working tree, with packages of its own. */
export interface CheckedOut {
  readonly commit: string;
  /** Absolute. */
  readonly folder: string;
  dispose(): void;
}

/**
 * Writes the merge base of HEAD and a ref below `.temper/`. Registry packages are those of the working tree; the
 * workspace's own packages are those of the commit. Neither the index nor the list of worktrees of git is touched.
 *
 * @throws PipelineError when there is no git, no such ref, or nothing in common.
 */
export async function checkOut(workspace: string, ref: string): Promise<CheckedOut> {
  const git = async (
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const done = await execa('git', words, { cwd: workspace, reject: false, stdin: 'ignore', env });
    if (!done.failed) return done.stdout.trim();
    const said = done.stderr.trim().split('\n').at(-1) ?? done.shortMessage;
    throw new PipelineError('no-merge-base', `git cannot say where this branch left \`${ref}\`: ${said}`, {
      hint: 'a clone without history lacks it: fetch it with `git fetch --unshallow`, or check out with `fetch-depth: 0`',
    });
  };
  const commit = await git(['merge-base', ref, 'HEAD']);
  const top = realpathSync(await git(['rev-parse', '--show-toplevel']));
  const whole = join(workspace, '.temper', 'base', `${commit.slice(0, 12)}-${String(process.pid)}`);
  const dispose = (): void => {
    rmSync(whole, { recursive: true, force: true });
  };
  try {
    mkdirSync(whole, { recursive: true });
    const env = { GIT_INDEX_FILE: join(whole, '.index') };
    await git(['read-tree', commit], env);
    await git(['checkout-index', '--all', `--prefix=${whole}/`], env);
    const folder = join(whole, relative(top, realpathSync(workspace)));
    linkPackages(join(workspace, 'node_modules'), join(folder, 'node_modules'));
    return { commit, folder, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Hard links to every file: packages have to lie inside the folder. Links stay as they are, and so lead to its own. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === '.cache' || entry.name === '.bin') continue;
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isDirectory()) linkPackages(source, target);
    else {
      try {
        linkSync(source, target);
      } catch {
        copyFileSync(source, target);
      }
    }
  }
}
