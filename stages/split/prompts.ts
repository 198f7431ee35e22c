import type { ChatRow } from '../kinds/chat-row.ts';

/** What people say in a conversation, as the search for repetitions compares it. */
export interface Prompt {
  /** Everything the user says, normalised. */
  readonly whole: string;
  /** What the user says before the first answer, normalised. */
  readonly opening: string;
}

/** Shorter openings are greetings, which say nothing about what follows. */
const shortestOpening = 8;

/** What is compared of a row. System lines and tool lists are left out: they repeat in every row of a file. */
export function promptOf({ messages }: ChatRow): Prompt {
  const users = messages.filter(({ role }) => role === 'user');
  const answered = messages.findIndex(({ role }) => role === 'assistant');
  const opening = messages.slice(0, answered).filter(({ role }) => role === 'user');
  return {
    whole: normalise(users.map(({ content }) => content).join('\n')),
    opening: normalise(opening.map(({ content }) => content).join('\n')),
  };
}

/** The texts by which a prompt is known again; the second one only where a longer conversation begins with it. */
export function textsOf({ whole, opening }: Prompt): readonly string[] {
  return opening === whole || opening.length < shortestOpening ? [whole] : [whole, opening];
}

/** Letters, digits and signs that carry meaning in one form: width, case, spacing and punctuation are gone. */
function normalise(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase();
  const words = plain
    .replace(/[^\p{L}\p{N}\p{M}\p{S}%/+\-.]+|(?<!\p{N})[-.]|[.](?!\p{N})/gu, ' ')
    .trim()
    .replace(/ +/g, ' ');
  // A prompt of nothing but punctuation is still one of its own.
  return words === '' ? plain.trim() : words;
}
