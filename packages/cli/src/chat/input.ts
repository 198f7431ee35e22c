import { nearest } from '@temper/plan';

/** What the commands of a chat are called, in the order of its help. */
export const chatCommands = [
  'system',
  'retry',
  'save',
  'compare',
  'checkpoint',
  'new',
  'help',
  'exit',
] as const;

export type ChatCommand = (typeof chatCommands)[number];

/** A line that a person typed, understood. */
export type Input =
  | { readonly type: 'nothing' }
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'command'; readonly command: ChatCommand; readonly argument: string }
  | { readonly type: 'unknown'; readonly command: string; readonly nearest: string | undefined };

/** A line that begins with `/` is a command; two slashes send a message that begins with one. */
export function readInput(line: string): Input {
  const text = line.trim();
  if (text === '') return { type: 'nothing' };
  if (text.startsWith('//')) return { type: 'message', text: text.slice(1) };
  const [, word, argument = ''] = /^\/(\S*)\s*([^]*)$/.exec(text) ?? [];
  if (word === undefined) return { type: 'message', text };
  const command = word === 'quit' ? 'exit' : chatCommands.find((known) => known === word);
  return command === undefined
    ? { type: 'unknown', command: word, nearest: nearest(word, chatCommands) }
    : { type: 'command', command, argument };
}
