import { expect, it } from 'vitest';
import { chinese } from '../texts/zh.ts';
import { doing } from './progress-words.ts';

it('what a job does is said in Chinese, though one word alone may be a name elsewhere', () => {
  expect(doing('training', chinese)).toBe('正在训练');
  expect(doing('training on from step 7', chinese)).toBe('从第 7 步接着训练');
  expect(doing('lora-sft', chinese)).toBe('lora-sft');
  expect(chinese.say('training')).toBe('training');
});
