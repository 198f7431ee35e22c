import { chinese } from './zh.ts';
import { english } from './en.ts';

/** Every text of the command, by what it says. Functions where a number or a name goes in. */
export type Texts = {
  readonly [Key in keyof typeof english]: (typeof english)[Key] extends (...given: infer Given) => string
    ? (...given: Given) => string
    : string;
};

export type Language = 'en' | 'zh';

/** The texts of a language. */
export function textsOf(language: Language): Texts {
  return language === 'zh' ? chinese : english;
}

/** The language that the environment asks for, as POSIX orders the variables. */
export function languageOf(environment: NodeJS.ProcessEnv): Language {
  // A variable that is set to nothing counts as not set.
  const locale =
    ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name] ?? '').find((value) => value !== '') ??
    '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
