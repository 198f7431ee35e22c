import { randomInt } from 'node:crypto';

const idCharacters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A run id: 8 of a-z and 0-9. */
export function createRunId(): string {
  return Array.from({ length: 8 }, () => idCharacters[randomInt(idCharacters.length)]).join('');
}

/**
 * Words and colours by which a run without a name is called after the number of runs before it. They are part of the
 * protocol in so far as both clients should give the same run the same look.
 */
const adjectives =
  'quick slow small large young old quiet loud happy calm busy lazy clever simple steady brave shy warm cool fresh';
const animals =
  'swan rat ox tiger rabbit dragon snake horse goat monkey rooster dog pig cat elephant penguin kangaroo panda lion zebra';
const palette =
  '#528d59 #587ad2 #c24d46 #9cbe5d #6ebad3 #dfb142 #6d4ba4 #8cc5b7 #892d58 #40877c #d0703c #d47694 #e3b292 #b15fbb #905f4a #989fa3';

const pick = (words: string, count: number) => {
  const list = words.split(' ');
  return list[count % list.length] as string;
};

/** `large-tiger-3` for the run that has three before it. */
export function nameFor(count: number): string {
  return `${pick(adjectives, count)}-${pick(animals, count)}-${count}`;
}

/** `#rrggbb`, sixteen of them in turn. */
export function colorFor(count: number): string {
  return pick(palette, count);
}
