import { describe, expect, it } from 'vitest';

import { parseHead, plainLength } from './head.ts';

const lengthOf = (text: string) => {
  const head = parseHead(text);
  return head === undefined ? 'no head' : plainLength(head);
};

describe('the head of an answer', () => {
  it('gives its status, and its headers by their names in lower case', () => {
    expect(parseHead('HTTP/1.1 206 Partial Content\r\nContent-Length: 7\r\nETag:"x" ')).toEqual({
      status: 206,
      headers: { 'content-length': '7', etag: '"x"' },
    });
  });

  it.each([
    ['another protocol', 'HTTP/2 200\r\ncontent-length: 7'],
    ['no head at all', 'SSH-2.0-OpenSSH_9.2'],
    ['a length that is said twice', 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\nContent-Length: 8'],
    ['a folded line', 'HTTP/1.1 200 OK\r\netag: "a\r\n b"\r\ncontent-length: 7'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 7'],
  ])('is not read where it has %s', (_what, text) => {
    expect(lengthOf(text)).toBe('no head');
  });

  it.each([
    ['7', 'content-length: 7', 7],
    ['7, unpacked', 'content-length: 7\r\ncontent-encoding: identity', 7],
    ['nothing, in chunks', 'content-length: 7\r\ntransfer-encoding: chunked', undefined],
    ['nothing, packed', 'content-length: 7\r\ncontent-encoding: gzip', undefined],
    ['nothing, without a length', 'etag: "x"', undefined],
    ['nothing, with a strange length', 'content-length: +7', undefined],
  ])('promises %s', (_what, headers, length) => {
    expect(lengthOf(`HTTP/1.1 200 OK\r\n${headers}`)).toBe(length);
  });
});
