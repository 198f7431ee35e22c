import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

import { codeOf, sentenceOf } from '../error.ts';
import { likelyNames, type NamedFormat, type RowFormat } from './format.ts';
import type { Notice } from './open.ts';
import { trouble } from './trouble.ts';

/** Refuses a path behind which there is nothing to read, and says so if only the name is wrong. */
export async function assertFile(path: string, name: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => error as Error);
  if (found instanceof Error) {
    for (const other of likelyNames(path)) {
      if ((await stat(other).catch(() => undefined)) === undefined) continue;
      throw trouble(
        'file-missing',
        `There is no file ${name}, but there is ${basename(other)} in its place`,
        `an extension that stands twice is a slip: write ${basename(other)}, or rename the file`,
      );
    }
    const why = codeOf(found) === 'ENOENT' ? `There is no file ${name}` : `${name}: ${sentenceOf(found)}`;
    throw trouble('file-missing', why, 'check the path; it is relative to the workspace');
  }
  if (!found.isFile()) throw trouble('file-missing', `${name} is not a file`, 'name a file in the folder');
  if (found.size === 0) throw trouble('empty-file', `${name} is empty`, 'fetch or export it again');
}

/** Refuses a name with an extension that stands twice, which is a slip in either the name or the path. */
export function assertName(name: string, { doubled, packed }: NamedFormat): void {
  if (doubled === undefined) return;
  const ending = packed ? `.${doubled}.gz` : `.${doubled}`;
  const once = `${name.slice(0, -ending.length - doubled.length - 1)}${ending}`;
  throw trouble(
    'unknown-format',
    `${name} ends twice in .${doubled}`,
    `rename it to ${once}, or correct the path`,
  );
}

const zipMagic = Buffer.from('PK\u0003\u0004');

/**
 * The encoding of a text with two or four bytes a character, by its mark, or where it has none by the zeros beside its
 * first two characters, which are ASCII in every format that is read.
 *
 * @returns also how many of the first bytes tell it.
 */
function wideEncoding(head: Buffer): { readonly encoding: string; readonly bytes: 2 | 4 } | undefined {
  const starts = (...bytes: number[]): boolean => head.subarray(0, bytes.length).equals(Buffer.from(bytes));
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff)) return { encoding: 'UTF-32', bytes: 4 };
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) return { encoding: 'UTF-16', bytes: 2 };
  const zeros = [...head.subarray(0, 4)].map((byte) => (byte === 0 ? '0' : 'x')).join('');
  if (zeros === 'x0x0') return { encoding: 'UTF-16LE', bytes: 4 };
  return zeros === '0x0x' ? { encoding: 'UTF-16BE', bytes: 4 } : undefined;
}

/** Refuses what is no text of rows, and gives back how the text begins. */
export function assertText(name: string, head: Buffer): string {
  const wide = wideEncoding(head);
  if (wide !== undefined) {
    throw trouble(
      'wrong-encoding',
      wide.bytes === 2
        ? `${name} is ${wide.encoding}, as its first two bytes say`
        : `${name} is ${wide.encoding}, as its first four bytes say`,
      `convert it with \`iconv -f ${wide.encoding} -t UTF-8 ${name} > converted\``,
    );
  }
  if (head.subarray(0, 4).equals(zipMagic)) {
    throw trouble(
      'unknown-format',
      `${name} is a zip archive or an Excel workbook, not rows`,
      'unpack it, or export the sheet as CSV',
    );
  }
  const start = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (start === '')
    throw trouble('empty-file', `${name} holds nothing but space`, 'fetch or export it again');
  if (start.startsWith('<')) {
    throw trouble(
      'web-page',
      `${name} is a web page, not data: it begins with \`<\``,
      'an address with /blob/ gives the page around a file; download the raw file instead (/raw/ or /resolve/)',
    );
  }
  if (start.startsWith('version https://git-lfs')) {
    throw trouble(
      'lfs-pointer',
      `${name} is a Git LFS pointer, not the rows themselves`,
      'run `git lfs pull`, or download the file from the page of the repository',
    );
  }
  return start;
}

/** The format by name, or by the first characters where it is only named for the other kind of JSON. */
export function assertFormat(name: string, named: RowFormat | undefined, start: string, notices: Notice[]) {
  if (named === 'parquet') {
    throw trouble(
      'bad-rows',
      `${name} is named .parquet and is none: it does not begin with "PAR1"`,
      'fetch it again',
    );
  }
  if (named === undefined) {
    throw trouble(
      'unknown-format',
      `${name} does not tell its format by its name`,
      'name it .json, .jsonl, .csv, .tsv or .parquet, each also with .gz behind it',
    );
  }
  if (named === 'json' && start.startsWith('{') && isWholeLine(start)) {
    notices.push({
      code: 'other-json',
      text: `${name} has one object on each line, so it is read as JSON lines`,
    });
    return 'jsonl';
  }
  if (named === 'jsonl' && start.startsWith('[')) {
    notices.push({ code: 'other-json', text: `${name} is one JSON array, so it is not read line by line` });
    return 'json';
  }
  return named;
}

/** Whether the first line is an object by itself and is followed by another. */
function isWholeLine(start: string): boolean {
  const [line = '', next = ''] = start.split('\n');
  try {
    JSON.parse(line);
  } catch {
    return false;
  }
  return next.trim() === '' || next.trimStart().startsWith('{');
}
