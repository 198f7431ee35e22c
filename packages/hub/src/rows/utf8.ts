import { isUtf8 } from 'node:buffer';

import { trouble } from './trouble.ts';

/**
 * Decodes UTF-8 and refuses anything else, naming the first byte that does not belong. A byte order mark at the
 * beginning is passed over; whoever opens the file has already said so.
 */
export async function* decodeUtf8(path: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let offset = 0;
  let carried: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const all = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    const whole = all.subarray(0, all.length - unfinished(all));
    if (!isUtf8(whole)) throw notUtf8(path, offset + firstInvalid(whole), whole);
    const start = offset === 0 && whole.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
    if (whole.length > start) yield whole.toString('utf8', start);
    carried = Buffer.from(all.subarray(whole.length));
    offset += whole.length;
  }
  if (carried.length > 0) throw notUtf8(path, offset, carried);
}

export const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** How many bytes at the end belong to a character that goes on in the next chunk. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back < sequenceLength(byte) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** The first byte of the first sequence that is not UTF-8, in bytes that are known to hold one. */
function firstInvalid(bytes: Buffer): number {
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at] ?? 0);
    if (!isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return bytes.length;
}

function notUtf8(path: string, offset: number, around: Buffer) {
  const guess = looksChinese(around) ? 'it looks like GBK: ' : '';
  const from = guess === '' ? 'OLD-ENCODING' : 'GB18030';
  return trouble(
    'wrong-encoding',
    `${path} is not UTF-8: the byte at offset ${offset} does not belong there`,
    `${guess}convert it with \`iconv -f ${from} -t UTF-8 ${path} > converted\``,
  );
}

/** Whether the bytes, read as GB18030, come to mostly Chinese. */
function looksChinese(bytes: Buffer): boolean {
  const text = new TextDecoder('gb18030').decode(bytes.subarray(0, 64 * 1024));
  const beyond = text.match(/[^\u0000-\u007f]/g)?.length ?? 0;
  const chinese = text.match(/[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/g)?.length ?? 0;
  return beyond > 0 && chinese / beyond > 0.8;
}
