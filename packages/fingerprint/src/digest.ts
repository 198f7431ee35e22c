import { hash } from 'node:crypto';
import { canonical } from './canonical.ts';

declare const digestBrand: unique symbol;
declare const fingerprintBrand: unique symbol;

/** The identity of bytes: SHA-256, 64 lower-case hex digits. */
export type Digest = string & { readonly [digestBrand]: true };

/** The identity of a step: everything that can change its result. 64 lower-case hex digits; never a {@link Digest}. */
export type Fingerprint = string & { readonly [fingerprintBrand]: true };

/** Whether a text has the form of a digest or a fingerprint. */
function isHex(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** Takes a digest that was written down; throws a `TypeError` on anything but 64 lower-case hex digits. */
export function parseDigest(value: unknown): Digest {
  if (isHex(value)) return value as Digest;
  throw new TypeError(`${JSON.stringify(value)} is not a digest: 64 lower-case hex digits`);
}

/** Takes a fingerprint that was written down; throws a `TypeError` on anything but 64 lower-case hex digits. */
export function parseFingerprint(value: unknown): Fingerprint {
  if (isHex(value)) return value as Fingerprint;
  throw new TypeError(`${JSON.stringify(value)} is not a fingerprint: 64 lower-case hex digits`);
}

/** The digest of bytes, or of a text's UTF-8. */
export function sha256(content: Uint8Array | string): Digest {
  return hash('sha256', content, 'hex') as Digest;
}

/**
 * The digest of a value. Each sort of record is told apart from all others by its type and format version, which the
 * pre-image begins with; a change of format is a change of version.
 */
export function recordDigest(type: `temper.${string}`, version: number, value: unknown): Digest {
  return sha256(`${type}/${version}\n${canonical(value)}`);
}
