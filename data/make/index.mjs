// Makes every data file and its page again: `node data/make/index.mjs`. Nothing is read but the tables beside this file.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { makeAlpaca } from './alpaca-zh.mjs';
import { pages } from './pages.mjs';
import { makeToolCallsChinese } from './tool-calls-zh.mjs';
import { makeToolCallsEnglish } from './tool-calls-en.mjs';

const lines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** @returns {Record<string, string>} the text of each file of data/, by name */
export function makeFiles() {
  const alpaca = makeAlpaca();
  const chinese = makeToolCallsChinese();
  const english = makeToolCallsEnglish();
  return {
    'alpaca-zh.json': `${JSON.stringify(alpaca.rows, null, 2)}\n`,
    'tool-calls-zh.jsonl': lines(chinese),
    'tool-calls-en.train.jsonl': lines(english.train),
    'tool-calls-en.test.jsonl': lines(english.test),
    ...pages({ alpaca, chinese, english }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(makeFiles())) {
    await writeFile(new URL(`../${name}`, import.meta.url), text);
  }
}
