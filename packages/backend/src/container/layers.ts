/** PyTorch and the CUDA libraries: nine tenths of the bytes, and the part that seldom changes. */
const heavy = /^(?:torch|triton|nvidia-[a-z0-9-]+|cuda-toolkit)==/;

/**
 * Parts a hash-locked list in two for an image that is built in layers: the heavy layer is downloaded once, however often
 * the rest moves. Both parts keep versions, markers and hashes.
 */
export function splitLock(lock: string): { readonly heavy: string; readonly rest: string } {
  const entries = lock.match(/^[A-Za-z0-9].*\n(?:[ \t].*\n)*/gm) ?? [];
  return {
    heavy: entries.filter((entry) => heavy.test(entry)).join(''),
    rest: entries.filter((entry) => !heavy.test(entry)).join(''),
  };
}
