import type { ProcessIdentity } from './identity.ts';

/** A native id of this machine's own processes: `pid:start`. */
export function formatProcess({ pid, start }: ProcessIdentity): string {
  return `${pid}:${start}`;
}

export function parseProcess(nativeId: string): ProcessIdentity {
  const colon = nativeId.indexOf(':');
  return { pid: Number(nativeId.slice(0, colon)), start: nativeId.slice(colon + 1) };
}
