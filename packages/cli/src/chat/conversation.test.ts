import { expect, test } from 'vitest';
import { Conversation } from './conversation.ts';

const spoken = (): Conversation => {
  const conversation = new Conversation('be brief');
  conversation.ask('one?');
  conversation.answer('1');
  conversation.ask('two?');
  conversation.answer('2');
  return conversation;
};

test('a conversation is its system message and all that was said', () => {
  expect(spoken().messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
    'system: be brief',
    'user: one?',
    'assistant: 1',
    'user: two?',
    'assistant: 2',
  ]);
});

test('taking an answer back leaves its question, and only an answer can be taken back', () => {
  const conversation = spoken();
  expect(conversation.takeBackAnswer()).toBe(true);
  expect(conversation.messages.at(-1)).toEqual({ role: 'user', content: 'two?' });
  expect(conversation.takeBackAnswer()).toBe(false);
});

test('a question without an answer can be taken back, an answered one cannot', () => {
  const conversation = spoken();
  conversation.takeBackQuestion();
  expect(conversation.messages).toHaveLength(5);
  conversation.ask('three?');
  conversation.takeBackQuestion();
  expect(conversation.messages).toHaveLength(5);
});

test('another system message begins another conversation; a new one keeps the message', () => {
  const conversation = spoken();
  conversation.clear();
  expect(conversation.messages).toEqual([{ role: 'system', content: 'be brief' }]);
  conversation.ask('one?');
  conversation.changeSystem(undefined);
  expect(conversation.messages).toEqual([]);
  expect(conversation.isEmpty).toBe(true);
});
