import type { Reason } from '@temper/run';
import type { Texts } from '../texts/catalogue.ts';

/** Why a step runs, and from where, on one line: the first reasons, and how many more; `temper why` lists them all. */
export function whyText(
  { reasons, continues }: { readonly reasons: readonly Reason[]; readonly continues?: string | undefined },
  { say }: Pick<Texts, 'say'>,
): string {
  const shown = 3;
  const sentences = reasons.slice(0, shown).map(({ text }) => say(text));
  if (reasons.length > shown) sentences.push(`+${String(reasons.length - shown)}`);
  return [sentences.join(', '), say(continues ?? '')].filter((text) => text !== '').join('; ');
}
