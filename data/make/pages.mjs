// The page of each data file. Figures are counted from the rows, so a page cannot fall behind its file.

const licence =
  'Apache-2.0, as the rest of this repository. Names, addresses and numbers are invented; mail addresses end in `example.com`, `.org` or `.net`.';
const again =
  'Made by `node data/make/index.mjs` from tables in `data/make/`. The same script leaves the same bytes on every machine; a test compares.';

const middle = (numbers) => [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)];
const characters = (rows) => {
  const lengths = rows.map((row) => Object.values(row).join('').length);
  return `${Math.min(...lengths)} / ${middle(lengths)} / ${Math.max(...lengths)}`;
};
const spoken = (rows) => characters(rows.map(({ conversations }) => conversations.map(({ value }) => value)));
const figures = (pairs) => pairs.map(([name, value]) => `- ${name}: ${value}`).join('\n');
const turns = (row, from) => row.conversations.filter((turn) => turn.from === from).length;

function conversationFigures(rows) {
  const names = new Set(
    rows.flatMap(({ conversations }) =>
      conversations.filter(({ from }) => from === 'function_call').map(({ value }) => JSON.parse(value).name),
    ),
  );
  return figures([
    ['conversations', rows.length],
    ['with more than one turn of the user', rows.filter((row) => turns(row, 'human') > 1).length],
    ['without a call', rows.filter((row) => turns(row, 'function_call') === 0).length],
    ['with two calls or more', rows.filter((row) => turns(row, 'function_call') > 1).length],
    ['with a system line', rows.filter(({ system }) => system !== undefined).length],
    ['functions called', names.size],
    ['characters of a conversation, shortest / middle / longest', spoken(rows)],
  ]);
}

/** @returns {Record<string, string>} */
export function pages({ alpaca, chinese, english }) {
  return {
    'alpaca-zh.md': `# alpaca-zh.json

Instructions in Chinese with their answers, in the Alpaca format (\`instruction\`, \`input\`, \`output\`), for the tiny configuration of
\`alpaca-glm4\`. ${again}

Sums, dates, conversions, sorted lists and extracted JSON are computed, so their answers are right by construction; facts, verses,
translations, code and letters were written by hand.

${figures([
  ['rows', alpaca.rows.length],
  ['with an input', alpaca.rows.filter(({ input }) => input !== '').length],
  ['with an input of several lines', alpaca.rows.filter(({ input }) => input.includes('\n')).length],
  ['characters of a row, shortest / middle / longest', characters(alpaca.rows)],
  ...Object.entries(alpaca.counts).map(([name, count]) => [`family \`${name}\``, count]),
])}

No prompt occurs twice. Rows of one family resemble one another on purpose: \`split\` keeps near duplicates on one side.

Licence: ${licence}
`,
    'tool-calls-zh.md': `# tool-calls-zh.jsonl

Conversations in Chinese in which an assistant calls functions, in the ShareGPT format (\`conversations\`, \`tools\`, some with
\`system\`), for the tiny configuration of \`toolcall-glm4\`. ${again}

${conversationFigures(chinese)}

Every call names a function of its row and fits that function's JSON Schema; a call's result follows it as \`observation\`. Some
users forget what the function needs and are asked for it, some wish for what no function can do, some say two things at once.
Results are invented: a forecast here is no forecast.

Licence: ${licence}
`,
    'tool-calls-en.md': `# tool-calls-en.train.jsonl, tool-calls-en.test.jsonl

Conversations in English for the demonstration \`smollm2-tools\`: one call for one wish, in the ShareGPT format. ${again}

Training rows:

${conversationFigures(english.train)}

Held-out rows:

${conversationFigures(english.test)}

The two files share functions, since a model cannot know a function it was never shown, but no phrasing and no argument value:
each function has two lists of phrasings and two pools of values, numbers are even in one file and odd in the other, and a test
takes both files apart to prove it. Held-out conversations end in the call that is wanted, so an answer can be compared exactly.

Licence: ${licence}
`,
  };
}
