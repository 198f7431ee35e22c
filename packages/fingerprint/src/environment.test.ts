import { describe, expect, test } from 'vitest';
import { environmentIdentity, environmentPackages } from './environment.ts';

const lock = `# made by a tool
--index-url https://mirror.example/simple
transformers==5.17.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via -r requirements.in
huggingface_hub[cli,torch]==1.0.0 ; python_full_version < '3.11' and sys_platform == 'linux' \\
    --hash=sha256:cc
numpy @ https://files.example/numpy.whl?x=1;2 ; sys_platform == "win32" \\
    --hash=sha256:dd
`;

test('the identity of an environment is a golden value', () => {
  expect(environmentIdentity(lock)).toMatchInlineSnapshot(
    `"89adaca6453a6b29651e814e5df4218f4e79de7b7e4aec4c669b3df5b70f847a"`,
  );
});

test('packages are listed with version, extras, marker and hashes', () => {
  expect(environmentPackages(lock)).toEqual([
    {
      name: 'huggingface-hub',
      version: '1.0.0',
      extras: ['cli', 'torch'],
      marker: 'python_full_version < "3.11" and sys_platform == "linux"',
      hashes: ['sha256:cc'],
    },
    {
      name: 'numpy',
      version: '@ https://files.example/numpy.whl?x=1;2',
      extras: [],
      marker: 'sys_platform == "win32"',
      hashes: ['sha256:dd'],
    },
    { name: 'transformers', version: '5.17.0', extras: [], marker: '', hashes: ['sha256:aa', 'sha256:bb'] },
  ]);
});

describe('what does not count', () => {
  test.each<[string, (text: string) => string]>([
    ['comments', (text) => text.replace('# made by a tool', '# made by another tool')],
    ['the address of the index', (text) => text.replace('mirror.example', 'other.example')],
    ['the spelling of names', (text) => text.replace('huggingface_hub', 'HuggingFace.Hub')],
    [
      'the order of hashes',
      (text) => text.replace(/sha256:(aa|bb)/g, (_, hash) => (hash === 'aa' ? 'sha256:bb' : 'sha256:aa')),
    ],
    ['the order of extras', (text) => text.replace('cli,torch', 'torch, cli')],
    ['line ends', (text) => text.replaceAll('\n', '\r\n')],
    ['continued lines', (text) => text.replaceAll(/ \\\n\s+/g, ' ')],
    [
      'quotes and spaces in markers',
      (text) => text.replace("python_full_version < '3.11'", 'python_full_version<"3.11"'),
    ],
    [
      'the order of packages',
      (text) => text.replace(/(transformers[^]*?)(huggingface[^]*?)(?=numpy)/, '$2$1'),
    ],
    ['spaces around versions', (text) => text.replace('==5.17.0', ' == 5.17.0')],
  ])('%s', (_what, edit) => {
    expect(edit(lock)).not.toBe(lock);
    expect(environmentIdentity(edit(lock))).toBe(environmentIdentity(lock));
  });
});

describe('what counts', () => {
  test.each<[string, string, string]>([
    ['a version', '5.17.0', '5.18.0'],
    ['a hash', 'sha256:bb', 'sha256:be'],
    ['a marker', "'3.11'", "'3.12'"],
    ['an extra', '[cli,torch]', '[cli]'],
    ['an address', 'numpy.whl', 'numpy2.whl'],
    ['a package', '==5.17.0', '==5.17.0\nextra==1 --hash=sha256:ff\nx==1'],
  ])('%s', (_what, from, to) => {
    expect(environmentIdentity(lock.replace(from, to))).not.toBe(environmentIdentity(lock));
  });
});

test.each([
  ['a==1\n-r more.txt\n', 2, '`-r more.txt` is not a package: a lock lists name==version'],
  ['a==1\n\nb\n', 3, '`b` has no version in the lock'],
])('a line that pins nothing is refused with its number', (text, line, message) => {
  let error: unknown;
  try {
    environmentPackages(text);
  } catch (caught) {
    error = caught;
  }
  expect(error).toMatchObject({ name: 'LockError', line, message });
});
