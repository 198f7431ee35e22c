const keyLength = 512;
/** Keys of the hardware monitor; users may not write there. */
export const systemPrefix = '__swanlab__.';

export type CleanKey = { readonly key: string } | { readonly refused: string };

const edge = new Set(' \t\n\r./');

const control = /[\u0000-\u001f\u007f]/;

/** Strips blanks, dots and slashes from both ends and cuts to 512 characters; what is left must be a printable name. */
export function cleanKey(given: string): CleanKey {
  let key = strip(given);
  if (key.length > keyLength) {
    const characters = Array.from(key);
    // A cut may end in the middle of a path, so the end is stripped once more.
    if (characters.length > keyLength) key = strip(characters.slice(0, keyLength).join(''));
  }
  if (key === '') return { refused: `the key ${JSON.stringify(given)} is empty once its ends are stripped` };
  if (control.test(key)) return { refused: `the key ${JSON.stringify(given)} contains a control character` };
  if (key.startsWith(systemPrefix)) {
    return { refused: `keys that begin with ${systemPrefix} belong to the hardware monitor` };
  }
  return { key };
}

function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && edge.has(text[start] as string)) start += 1;
  while (end > start && edge.has(text[end - 1] as string)) end -= 1;
  return text.slice(start, end);
}

/**
 * The section of a key: everything before its k-th slash. `rule` 0 is the first slash, -1 the last, and a rule beyond
 * the number of slashes wraps around.
 */
export function sectionOf(key: string, rule: number): string | undefined {
  const parts = key.split('/');
  const slashes = parts.length - 1;
  if (slashes === 0) return undefined;
  const cut = (((rule % slashes) + slashes) % slashes) + 1;
  return parts.slice(0, cut).join('/');
}
