/**
 * Sentences that come from below the command: messages and hints of errors, reasons, descriptions of options. They are
 * made in English, since JSON and logs hold them and people search for them; in another language the command looks them
 * up here, by their form. What it does not know stays as it is.
 */
export type Phrases = Readonly<Record<string, string>>;

interface Form {
  readonly pattern: RegExp;
  readonly translation: string;
}

/**
 * @param phrasesOf Asked for when the first sentence comes: a start that says nothing makes no list. By the English form, in which `{}` stands for whatever was put in; in the translation `{}` takes these
 *   in their order, and `{2}` takes the second.
 */
export function createSay(phrasesOf: () => Phrases): (english: string) => string {
  let phrases: Phrases | undefined;
  let forms: readonly Form[] | undefined;

  const sentence = (english: string): string => {
    const known = (phrases ??= phrasesOf());
    const exact = known[english];
    if (exact !== undefined) return exact;
    // Patterns are made only where a sentence is not known as it stands. The most particular form comes first.
    forms ??= Object.keys(known)
      .filter((form) => form.includes('{}'))
      .sort((left, right) => right.length - left.length)
      .map((form) => ({ pattern: patternOf(form), translation: known[form] ?? form }));
    for (const { pattern, translation } of forms) {
      const found = pattern.exec(english);
      if (found === null) continue;
      let next = 0;
      return translation.replace(/\{(\d?)\}/g, (_, number: string) => {
        next += 1;
        // What was put in may be a sentence itself.
        return sentence(found[number === '' ? next : Number(number)] ?? '');
      });
    }
    return english;
  };

  // A message may have several lines: a sentence, and figures below it. Figures stand before what they are of.
  return (english) =>
    english
      .split('\n')
      .map((line) => {
        const [, indent = '', figure = '', text = ''] =
          /^(\s*)([\d.]+ [KMGT]?i?B {2}|)(.*)$/.exec(line) ?? [];
        return `${indent}${figure}${sentence(text)}`;
      })
      .join('\n');
}

function patternOf(form: string): RegExp {
  const parts = form.split('{}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('([^]+?)')}$`);
}
