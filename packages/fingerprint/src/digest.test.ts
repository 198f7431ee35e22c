import { expect, test } from 'vitest';
import { parseDigest, parseFingerprint, recordDigest, sha256 } from './digest.ts';

const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('the digest of bytes is their SHA-256, and that of a text of its UTF-8', () => {
  expect(sha256(new Uint8Array())).toBe(empty);
  expect(sha256('é')).toBe(sha256(Uint8Array.of(0xc3, 0xa9)));
});

test('only 64 lower-case hex digits are taken for a digest or a fingerprint', () => {
  expect(parseDigest(empty)).toBe(empty);
  expect(parseFingerprint(empty)).toBe(empty);
  for (const wrong of [empty.toUpperCase(), empty.slice(1), `${empty}\n`, '', 7, undefined]) {
    expect(() => parseDigest(wrong)).toThrow('64 lower-case hex digits');
    expect(() => parseFingerprint(wrong)).toThrow('64 lower-case hex digits');
  }
});

test('records of different types or versions never share a digest', () => {
  const digests = [
    recordDigest('temper.a', 1, {}),
    recordDigest('temper.a', 2, {}),
    recordDigest('temper.b', 1, {}),
  ];
  expect(new Set(digests).size).toBe(3);
  expect(digests[0]).toBe(sha256('temper.a/1\n{}'));
});
