import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** A JSON file; undefined where it is missing or broken: a report shows what there is. */
export function readJson<Shape>(path: string): Shape | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Shape;
  } catch {
    return undefined;
  }
}

/** One JSON object a line; lines that do not parse, as the last one of a run that was killed, are passed over. */
export function readJsonLines<Shape>(path: string, limit = Infinity): readonly Shape[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const found: Shape[] = [];
  for (const line of text.split('\n')) {
    if (found.length >= limit) break;
    try {
      if (line !== '') found.push(JSON.parse(line) as Shape);
    } catch {
      continue;
    }
  }
  return found;
}

/** The end of a file, from the beginning of a line, and how long the file is in all. */
export function readTail(
  path: string,
  bytes: number,
): { readonly text: string; readonly size: number } | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(file);
    const start = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(size - start);
    readSync(file, buffer, 0, buffer.length, start);
    const text = buffer.toString('utf8');
    return { text: start === 0 ? text : text.slice(text.indexOf('\n') + 1), size };
  } finally {
    closeSync(file);
  }
}
