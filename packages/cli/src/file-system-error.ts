import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PipelineError } from '@temper/pipeline';

/**
 * Says in words what the file system refused, where no part below had words of its own: the surroundings are to blame,
 * not Temper. Undefined for every other error, one of a missing file among them: that is looked for where it is read.
 */
export function explainFileSystem(error: unknown): PipelineError | undefined {
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || path === undefined || syscall === undefined) return undefined;
  switch (code) {
    case 'ENOTDIR':
    case 'EEXIST': {
      const file = nearest(path);
      if (statSync(file).isDirectory()) return undefined;
      return new PipelineError('file-system', `${file} is a file, where a folder is needed`, {
        hint: 'move it away; Temper makes the folder itself',
      });
    }
    case 'EACCES':
    case 'EPERM':
      return new PipelineError('file-system', `permission denied: ${path}`, {
        hint: 'check who owns it; Temper writes to `.temper`, `output` and the store',
      });
    case 'EROFS':
      return new PipelineError('file-system', `the file system of ${path} is read-only`, {
        hint: 'run in a folder that can be written to; Temper writes to `.temper`, `output` and the store',
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new PipelineError('file-system', `no space left for ${path}`, {
        hint: 'free some; `temper gc` names what could go from the store',
      });
    case 'EIO':
      return new PipelineError('file-system', `the disk reported an error at ${path}`);
    case 'EMFILE':
    case 'ENFILE':
      return new PipelineError('file-system', `too many files are open: ${path} could not be opened`, {
        hint: 'raise the limit (`ulimit -n`), or run fewer steps at once with --jobs',
      });
    default:
      return undefined;
  }
}

/** What is there of a path: itself, or the first folder of it that is a file. */
function nearest(path: string): string {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  return there;
}
