import { readdir } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { nearest } from '@temper/plan';

/**
 * What a path that leads nowhere was probably meant to be: its file with the extension once, or twice, as in
 * `rows.json.json`, or the name beside it that is spelt most like it.
 *
 * @param path Absolute.
 * @returns The other name, or undefined when nothing in the folder is like it.
 */
export async function likelyName(path: string): Promise<string | undefined> {
  const name = basename(path);
  const beside = await readdir(dirname(path)).catch((): string[] => []);
  const once = name.slice(0, name.length - extname(name).length);
  const sameExtension = extname(once) === extname(name) ? once : name + extname(name);
  return beside.includes(sameExtension) ? sameExtension : nearest(name, beside);
}
