/** What the preview of tokenized rows says, in English. */
export const tokensEnglish = {
  template: (name: string, rows: number) =>
    name === 'original'
      ? "written by the model's own chat template, which marks its answers"
      : `written by the template ${name}${rows === 0 ? '' : `, equal to the model's own on all ${count(rows)} rows`}`,
  end: (token: string, rows: number, of: number, stops: boolean | null) =>
    `${rows === of ? 'all' : `${count(rows)} of`} ${count(of)} whole rows teach to end with ${token}, ${
      stops === null
        ? 'and the model does not say at which tokens generation stops'
        : `at which generation ${stops ? 'stops' : 'does not stop'}`
    }`,
  train: 'train',
  test: 'test',
  rows: 'rows',
  dropped: (length: number) => `dropped: no answer within ${count(length)}`,
  cut: (length: number) => `cut at ${count(length)}`,
  tokens: 'tokens',
  learned: 'of them learned',
  middle: 'half are shorter than',
  most: '95 % are shorter than',
  longest: 'longest',
  language: (name: string) =>
    ({ chinese: 'in Chinese', latin: 'in Latin script', mixed: 'in both', other: 'in neither' })[name] ??
    name,
  histogram: 'tokens of a training row',
  histogramCut: 'cut',
  histogramCutFrom: (length: number) => `cut from ${count(length)}`,
  findings: 'to look at',
  nothingFound: 'nothing: no repeats, empty or absurd rows, unfilled braces',
  finding: (split: string, rows: number, what: string) =>
    `${split}: ${count(rows)} ${rows === 1 ? 'row' : 'rows'} with ${what}`,
  placed: (id: string, line: number) => `${id}, line ${count(line)}`,
  found: {
    dropped: 'no answer within the limit, dropped',
    repeatedPrompts: 'a prompt that stood before',
    emptyAnswers: 'an empty answer',
    echoedPrompts: 'the prompt as the answer',
    unfilledBraces: 'braces that nobody filled in',
    repeatedCharacters: 'one character 20 times or more',
    replacementCharacters: 'the � of a wrong encoding',
    specialTokensInText: 'a special token in the text',
  } as Readonly<Record<string, string>>,
  samples: (shown: number, of: number) =>
    `${count(shown)} of ${count(of)} samples; what is learned is marked`,
  sample: (split: string, tokens: number, truncated: boolean) =>
    `${split}, ${count(tokens)} tokens${truncated ? ', cut' : ''}`,
  more: (lines: number) => `… ${count(lines)} more lines`,
  moreSamples: (command: string) => `all of them: ${command}`,
};

export type TokensTexts = typeof tokensEnglish;

/** With commas, in every language: columns are compared by eye. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
