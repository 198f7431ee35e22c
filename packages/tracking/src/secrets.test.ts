import { describe, expect, test } from 'vitest';
import { createMask, isSecretName } from './secrets.ts';

const mask = createMask({ HF_TOKEN: 'hf_0123456789', SWANLAB_API_KEY: 'abcdefgh', HOME: '/home/alice' });

describe('a text', () => {
  test('loses the values of variables that are named like secrets, and keeps the others', () => {
    expect(mask('hf_0123456789 abcdefgh /home/alice')).toBe('*** *** /home/alice');
  });

  test('loses a secret that contains another without a rest', () => {
    const both = createMask({ A_KEY: 'abcdefgh', B_KEY: 'abcdefgh-and-more' });
    expect(both('abcdefgh-and-more')).toBe('***');
  });

  test('keeps a value as short as a switch', () => {
    expect(createMask({ USE_TOKEN: 'true' })('true')).toBe('true');
  });

  test.each([
    ['https://alice:pass@hub.test/repo', 'https://***@hub.test/repo'],
    ['https://hub.test/f?X-Amz-Signature=ab12&x=1', 'https://hub.test/f?X-Amz-Signature=***&x=1'],
    ['--set load-weights.apiKey=abc -c tiny', '--set load-weights.apiKey=*** -c tiny'],
    ['HF_TOKEN=hf_short next', 'HF_TOKEN=*** next'],
    ['with hf_ABCDEFGHIJKLMNOPQRST inside', 'with *** inside'],
    ['sk-0123456789klmnopqrst', '***'],
  ])('%s: what opens a door is gone', (text, masked) => {
    expect(mask(text)).toBe(masked);
  });

  test.each([
    'loss=0.52 max_tokens=512',
    '{"lr": 0.0005, "text_key": "answer"}',
    'pad_token=<pad> eos_token=</s>',
    'https://swanlab.cn/@alice/alpaca/runs/abc',
    'mail to alice@example.org: done',
  ])('%s: stays', (text) => {
    expect(mask(text)).toBe(text);
  });
});

describe('a param', () => {
  test.each([
    'apiKey',
    'api_key',
    'hfToken',
    'token',
    'accessToken',
    'password',
    'clientSecret',
    'Authorization',
  ])('%s is a secret', (name) => expect(isSecretName(name)).toBe(true));

  test.each([
    'maxTokens',
    'padToken',
    'eos_token',
    'tokenizer',
    'textKey',
    'key',
    'tokens',
    'secretary',
    'r',
  ])('%s is none', (name) => expect(isSecretName(name)).toBe(false));

  test('that is a secret goes as a whole, however deep it lies; what is not set stays unset', () => {
    const params = {
      lora: { r: 8, targets: ['q_proj'] },
      source: { url: 'https://bob:pw12@host/x', headers: { Authorization: 'Bearer x' }, token: null },
      credentials: { user: 'bob', numbers: [1, 2] },
      note: 'with abcdefgh inside',
    };
    expect(mask.values(params)).toEqual({
      lora: { r: 8, targets: ['q_proj'] },
      source: { url: 'https://***@host/x', headers: { Authorization: '***' }, token: null },
      credentials: { user: '***', numbers: ['***', '***'] },
      note: 'with *** inside',
    });
  });
});
