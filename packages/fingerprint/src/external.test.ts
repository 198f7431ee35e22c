import { expect, test } from 'vitest';
import { sha256 } from './digest.ts';
import {
  externalHubDigest,
  externalKey,
  externalWheelDigest,
  parseExternalKey,
  type HubContent,
} from './external.ts';

const content: HubContent = {
  commit: '0123456789012345678901234567890123456789',
  files: [
    { path: 'b.safetensors', size: 2, sha256: sha256('b') },
    { path: 'a.json', size: 1, gitSha1: '9876543210987654321098765432109876543210', sha256: undefined },
  ],
};

test('the digest of a hub repository is a golden value and does not depend on the order of its files', () => {
  expect(externalHubDigest(content)).toMatchInlineSnapshot(
    `"19b22994a5bac18f265b8e9126907b34c492e3557748703ac32e0da719d8f63d"`,
  );
  expect(externalHubDigest({ ...content, files: [...content.files].reverse() })).toBe(
    externalHubDigest(content),
  );
});

test('commit and files of a hub repository count', () => {
  const before = externalHubDigest(content);
  expect(externalHubDigest({ ...content, commit: content.commit.replace('0', 'f') })).not.toBe(before);
  expect(externalHubDigest({ ...content, files: content.files.slice(1) })).not.toBe(before);
});

test('a repository without a commit or with a file without a digest is refused', () => {
  expect(() => externalHubDigest({ ...content, commit: 'main' })).toThrow('"main" is not a commit');
  expect(() => externalHubDigest({ ...content, files: [{ path: 'x', size: 1 }] })).toThrow(
    'x is pinned without a digest',
  );
});

test('the key of a pin is one text and reads back as the pin', () => {
  const pin = { type: 'file', path: 'data/rows.json' } as const;
  expect(externalKey(pin)).toBe('{"path":"data/rows.json","type":"file"}');
  expect(parseExternalKey(externalKey(pin))).toEqual(pin);
});

test('a wheel is identified by the digest that its pin states', () => {
  const pin = { type: 'wheel', package: 'p', version: '1', file: 'f', sha256: sha256('wheel') } as const;
  expect(externalWheelDigest(pin)).toBe(pin.sha256);
  expect(() => externalWheelDigest({ ...pin, sha256: 'none' })).toThrow('is not a digest');
});
