import { expect, test } from 'vitest';
import { createMask } from './secrets.ts';

test('values of variables that are named like secrets are masked, others stay', () => {
  const mask = createMask({ HF_TOKEN: 'hf_0123456789', SWANLAB_API_KEY: 'abcdefgh', HOME: '/home/alice' });
  expect(mask('hf_0123456789 abcdefgh /home/alice')).toBe('*** *** /home/alice');
});

test('a secret that contains another leaves no rest', () => {
  expect(createMask({ A_KEY: 'abcdefgh', B_KEY: 'abcdefgh-and-more' })('abcdefgh-and-more')).toBe('***');
});

test('a value as short as a switch is not masked', () => {
  expect(createMask({ USE_TOKEN: 'true' })('true')).toBe('true');
});
