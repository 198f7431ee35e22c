import { expect, it } from 'vitest';
import { partSecrets } from './secrets.ts';

it('tokens and addresses with a login are named, and written nowhere', () => {
  const environment = {
    HF_TOKEN: 'hf_good',
    HTTPS_PROXY: 'http://me:secret@proxy.test:3128',
    http_proxy: 'me:secret@proxy.test:3128',
    HF_ENDPOINT: 'https://me:secret@mirror.test',
    NO_PROXY: 'localhost',
  };
  const { HF_TOKEN: _, ...network } = environment;
  expect(partSecrets(environment, network)).toEqual({
    written: { NO_PROXY: 'localhost' },
    secretNames: ['HF_TOKEN', 'HTTPS_PROXY', 'http_proxy', 'HF_ENDPOINT'],
  });
});

it('what was derived from the environment reaches the job in its request', () => {
  expect(partSecrets({}, { HF_HOME: '/home/a@b/.cache' })).toEqual({
    written: { HF_HOME: '/home/a@b/.cache' },
    secretNames: [],
  });
});
