import { HubError } from './error.ts';

/**
 * Refuses a path of a listing that would lead out of the folder it is written into, or that means something
 * else on another system.
 */
export function assertSafePath(path: string): void {
  const parts = path.split('/');
  const unsafe =
    path.length > 1024 ||
    /[\u0000-\u001f\u007f\\:]/.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..');
  if (!unsafe) return;
  throw new HubError({
    reason: 'unsafe-path',
    message: `The repository lists a file named ${JSON.stringify(path)}, which cannot be written safely`,
    hint: 'leave it out with `exclude`, and do not trust this repository without a look',
  });
}
