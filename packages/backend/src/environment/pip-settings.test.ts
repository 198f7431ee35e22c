import { expect, it } from 'vitest';
import { parsePipSettings, uvEnvironment } from './pip-settings.ts';

const nowhere = { path: '/nonexistent/python', version: '3.11.7' };

it('a variable counts before the settings of install, and those before global ones', () => {
  const listed = `:env:.index-url='https://variable.example.org/simple'
global.index-url='https://global.example.org/simple'
global.timeout='60'
install.timeout='10'
`;
  expect(Object.fromEntries(parsePipSettings(listed))).toEqual({
    'index-url': 'https://variable.example.org/simple',
    timeout: '10',
  });
});

it('several lines of pip.conf are one setting', () => {
  const listed = "global.extra-index-url='\\nhttps://a.example.org/simple\\nhttps://b.example.org/simple'\n";
  expect(parsePipSettings(listed).get('extra-index-url')).toBe(
    'https://a.example.org/simple\nhttps://b.example.org/simple',
  );
});

it('what uv was told itself stays, and an active environment is forgotten', async () => {
  const environment = {
    UV_DEFAULT_INDEX: 'https://uv.example.org/simple',
    VIRTUAL_ENV: '/some/venv',
    SSL_CERT_FILE: '/ca',
  };
  expect(await uvEnvironment(nowhere, environment)).toMatchObject({
    UV_DEFAULT_INDEX: 'https://uv.example.org/simple',
    SSL_CERT_FILE: '/ca',
    VIRTUAL_ENV: undefined,
  });
});
