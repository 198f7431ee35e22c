import { expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

const steps = ['load-rows', 'load-weights', 'to-chat', 'split', 'lora-sft'];

it('the nearest name is the one with the fewest typing mistakes', () => {
  expect(nearest('load-row', steps)).toBe('load-rows');
  expect(nearest('splti', steps)).toBe('split');
  expect(nearest('LORA-SFT', steps)).toBe('lora-sft');
});

it('a name that is nowhere near any other has no nearest one', () => {
  expect(nearest('evaluate', steps)).toBeUndefined();
  expect(nearest('xy', steps)).toBeUndefined();
  expect(nearest('split', [])).toBeUndefined();
});

it('the nearest name is asked for in a sentence', () => {
  expect(didYouMean('to-chta', steps)).toBe('did you mean `to-chat`?');
  expect(didYouMean('evaluate', steps)).toBeUndefined();
});
