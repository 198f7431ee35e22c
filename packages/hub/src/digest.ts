import { createHash } from 'node:crypto';

/** The identity that a hub publishes for a file's content. */
export interface Digest {
  /** Git names a blob by the SHA-1 of `blob <size>\0` and the content; LFS names it by its SHA-256. */
  readonly algorithm: 'sha256' | 'git-blob-sha1';
  /** In lower-case hexadecimal. */
  readonly value: string;
}

/** Takes a file's bytes in order, once, and knows at the end what they come to. */
export interface Measure {
  readonly add: (bytes: Uint8Array) => void;
  end(): Measured;
}

/** What a file's bytes came to. */
export interface Measured {
  readonly sha256: string;
  /** In the algorithm of the digest that was expected. */
  readonly found: Digest;
  readonly size: number;
}

/** Measures towards `expected`, and always in SHA-256 too, by which files are named from here on. */
export function createMeasure(expected: Digest, size: number): Measure {
  const sha256 = createHash('sha256');
  const git =
    expected.algorithm === 'git-blob-sha1' ? createHash('sha1').update(`blob ${size}\0`) : undefined;
  let seen = 0;
  return {
    add(bytes) {
      seen += bytes.length;
      sha256.update(bytes);
      git?.update(bytes);
    },
    end() {
      const value = sha256.digest('hex');
      const found = {
        algorithm: expected.algorithm,
        value: git?.digest('hex') ?? value,
      };
      return { sha256: value, found, size: seen };
    },
  };
}

/** Reads the digest out of an ETag such as `"abc…"` or `W/"abc…"`. */
export function tagValue(tag: string | string[] | undefined): string | undefined {
  const text = Array.isArray(tag) ? tag[0] : tag;
  return text?.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}
