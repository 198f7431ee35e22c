/** What the preview of tokenized rows says, in English. */
export const tokensEnglish = {
  template: (name: string, rows: number) =>
    name === 'original'
      ? "written by the model's own chat template, which marks its answers"
      : `written by the template ${name}${rows === 0 ? '' : `, equal to the model's own on all ${count(rows)} rows`}`,
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
  findings: 'to look at',
  nothingFound: 'nothing: no repeats, empty or absurd rows, unfilled braces',
  found: {
    repeatedPrompts: 'repeat a prompt',
    emptyAnswers: 'have an empty answer',
    echoedPrompts: 'answer with their prompt',
    unfilledBraces: 'have braces that nobody filled in',
    repeatedCharacters: 'repeat one character 20 times or more',
    replacementCharacters: 'hold � of a wrong encoding',
    specialTokensInText: 'spell a special token in their text',
  } as Readonly<Record<string, string>>,
  suchAs: (ids: string) => `such as ${ids}`,
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
