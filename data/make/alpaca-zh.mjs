// Makes data/alpaca-zh.json. Run `node data/make/index.mjs`; the test beside it compares the committed file.

import { arithmetic } from './alpaca/arithmetic.mjs';
import { calendar } from './alpaca/calendar.mjs';
import { classification } from './alpaca/classification.mjs';
import { code } from './alpaca/code.mjs';
import { extraction } from './alpaca/extraction.mjs';
import { facts } from './alpaca/facts.mjs';
import { language } from './alpaca/language.mjs';
import { lists } from './alpaca/lists.mjs';
import { numbers } from './alpaca/numbers.mjs';
import { writing } from './alpaca/writing.mjs';
import { createRandom } from './random.mjs';

export const families = {
  arithmetic,
  numbers,
  calendar,
  facts,
  language,
  extraction,
  classification,
  writing,
  lists,
  code,
};

/** @typedef {{ instruction: string, input: string, output: string }} AlpacaRow */

/** @returns {{ rows: AlpacaRow[], counts: Record<string, number> }} */
export function makeAlpaca() {
  const counts = {};
  const rows = [];
  // Each family has a generator of its own: a row added to one family moves no number in another.
  Object.entries(families).forEach(([name, family], index) => {
    const made = family(createRandom(1000 + index));
    const fresh = made.filter(
      (row, at) =>
        made.findIndex((other) => other.instruction === row.instruction && other.input === row.input) === at,
    );
    counts[name] = fresh.length;
    rows.push(...fresh);
  });
  return { rows: createRandom(7).shuffle(rows), counts };
}
