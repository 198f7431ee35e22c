import { expect, it } from 'vitest';
import { explainInstall, withoutCredentials } from './explain.ts';

const explain = (output: string): unknown => {
  const { reason, message, hint } = explainInstall(output, '/home/it.log');
  return { reason, message, hint };
};

it('a registry that does not answer is named with the deepest cause uv gives', () => {
  const output = `Using Python 3.11.7 environment at: v
error: Failed to fetch: http://127.0.0.1:9/simple/ruler/
  cause: error sending request for url (http://127.0.0.1:9/simple/ruler/)
  cause: Connection refused (os error 111)
`;
  expect(explain(output)).toEqual({
    reason: 'registry-unreachable',
    message:
      'the Python packages could not be fetched: Failed to fetch: http://127.0.0.1:9/simple/ruler/: Connection refused (os error 111)',
    hint: 'check the network, or name a mirror with PIP_INDEX_URL; log: /home/it.log',
  });
});

it('a registry that does not answer several times is named all the same', () => {
  const output = `error: Request failed after 3 retries in 7.0s
  cause: Failed to fetch: http://127.0.0.1:9/simple/ruler/
  cause: error sending request for url (http://127.0.0.1:9/simple/ruler/)
  cause: Connection refused (os error 111)
`;
  expect(explain(output)).toMatchObject({
    message:
      'the Python packages could not be fetched: Failed to fetch: http://127.0.0.1:9/simple/ruler/: Connection refused (os error 111)',
  });
});

it('a registry that does not answer is found in the warnings of pip', () => {
  const output = `WARNING: Retrying after connection broken by 'NewConnectionError('…: [Errno 111] Connection refused')': /simple/ruler/
ERROR: Could not find a version that satisfies the requirement ruler==1.0.0 (from versions: none)
ERROR: No matching distribution found for ruler==1.0.0
`;
  expect(explain(output)).toMatchObject({
    reason: 'registry-unreachable',
    message:
      'the Python packages could not be fetched: No matching distribution found for ruler==1.0.0: [Errno 111] Connection refused',
  });
});

it('other bytes than the lock names are told from a registry that does not answer', () => {
  const uv =
    'error: Failed to download `six==1.17.0`\n  cause: Hash mismatch for `six==1.17.0`\n\n  Expected:\n';
  const pip = `ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have
    six==1.17.0 from https://example.org/six.whl (from -r r.txt (line 1)):
        Expected sha256 00
`;
  const message = 'a package is not the one that the lock names: six==1.17.0';
  expect(explain(uv)).toMatchObject({ reason: 'environment-failed', message });
  expect(explain(pip)).toMatchObject({ reason: 'environment-failed', message });
});

it.each([
  ['OSError: [Errno 28] No space left on device', 'no-space'],
  ['error: Failed to write: No space left on device (os error 28)', 'no-space'],
  ['/usr/bin/python3: No module named pip', 'environment-failed'],
  [
    'The virtual environment was not created successfully because ensurepip is not available.',
    'environment-failed',
  ],
  ['something else', 'environment-failed'],
])('%s means %s', (output, reason) => {
  expect(explain(output)).toMatchObject({ reason });
});

it('names and passwords in addresses are taken out', () => {
  expect(withoutCredentials('fetching https://me:secret@mirror.example.org/simple/six/')).toBe(
    'fetching https://***@mirror.example.org/simple/six/',
  );
});
