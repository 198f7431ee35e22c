/** The sentences of generated pages in the language of the page. Those of the code are English. */
import { chinese as texts } from '../../packages/cli/src/texts/zh.ts';
import { chinese } from './chinese/index.ts';

/** A sentence of the code, as the page says it. */
export type Say = (english: string) => string;

export const sayEnglish: Say = (english) => english;

/** Finds Chinese for every sentence, or says which one has none. */
export function createChinese(): { readonly say: Say; unused(): readonly string[] } {
  const asked = new Set<string>();
  return {
    say(english) {
      if (english === '') return '';
      asked.add(english);
      const found = chinese[english] ?? texts.say(english);
      if (found === english && !isSaidAlike(english))
        throw new Error(`docs/make/chinese has no translation of ${JSON.stringify(english)}`);
      return found;
    },
    unused: () => Object.keys(chinese).filter((english) => !asked.has(english)),
  };
}

/** Names that both languages use. */
function isSaidAlike(english: string): boolean {
  return english === 'null';
}
