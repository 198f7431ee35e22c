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

interface Known {
  readonly phrases: Phrases;
  /** Where one word or a place stands beside a sentence. A longer form would take both for its own beginning or end. */
  readonly frames: readonly Form[];
  readonly others: readonly Form[];
  /** Words that with a colon begin sentences of their own, such as `code: …`. */
  readonly heads: ReadonlySet<string>;
}

/**
 * @param phrasesOf Asked for when the first sentence comes: a start that says nothing makes no list. By the English form, in which `{}` stands for whatever was put in, and `{word}` for one word; in the translation `{}` takes these
 *   in their order, and `{2}` takes the second.
 */
export function createSay(phrasesOf: () => Phrases): (english: string) => string {
  let known: Known | undefined;

  const sentence = (english: string): string => {
    known ??= read(phrasesOf());
    return (
      known.phrases[english] ??
      byForm(english, known.frames) ??
      behindPlace(english, known.heads) ??
      byForm(english, known.others) ??
      english
    );
  };

  const byForm = (english: string, forms: readonly Form[]): string | undefined => {
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
    return undefined;
  };

  /** A sentence behind the step or the place in a file that it is about: `load-rows: …`, `rows.csv:2:1: …`. */
  const behindPlace = (english: string, heads: ReadonlySet<string>): string | undefined => {
    const [, place = '', rest = ''] = /^(\S*[^\s:](?: row \d+)?): ([^]+)$/.exec(english) ?? [];
    if (place === '' || heads.has(place)) return undefined;
    const said = sentence(rest);
    return said === rest ? undefined : `${place}：${said}`;
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

/** The most particular form comes first. */
function read(phrases: Phrases): Known {
  const keys = Object.keys(phrases);
  const forms = keys
    .filter((form) => /\{(word)?\}/.test(form))
    .sort((left, right) => right.length - left.length);
  const formed = (which: readonly string[]): readonly Form[] =>
    which.map((form) => ({ pattern: patternOf(form), translation: phrases[form] ?? form }));
  const isFrame = (form: string): boolean => form.includes('{word}') || form.startsWith('{}:');
  return {
    phrases,
    frames: formed(forms.filter(isFrame)),
    others: formed(forms.filter((form) => !isFrame(form))),
    heads: new Set(keys.flatMap((form) => /^([^\s{}]+): /.exec(form)?.[1] ?? [])),
  };
}

function patternOf(form: string): RegExp {
  const parts = form.split(/(\{(?:word)?\})/).map((part) => {
    if (part === '{}') return '([^]+?)';
    if (part === '{word}') return '(\\S+?)';
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
