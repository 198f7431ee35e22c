import type { IncomingHttpHeaders } from 'node:http';

import type { Digest } from '../digest.ts';
import type { HubError } from '../error.ts';
import type { HubName, NamedSource, Revision } from '../source.ts';

/** A file as a hub's listing describes it, before a byte of it has come. */
export interface HubFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** What the content must come to. */
  readonly digest: Digest;
}

/** An answer that is not the one hoped for. */
export interface Refusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The first kilobytes of the body. */
  readonly text: string;
  /** Without query, so that no signature gets into a message. */
  readonly address: string;
}

/** What was asked when the refusal came. */
export interface Question {
  readonly source: NamedSource;
  readonly path?: string | undefined;
  readonly withToken: boolean;
}

/** What Hugging Face and ModelScope have in common. */
export interface Hub {
  readonly name: HubName;
  resolve(source: NamedSource): Promise<Revision>;
  /**
   * The files of a revision that was resolved before. Where the hub cannot go back to it, `pinned` (SHA-256 by path)
   * says what of it is needed: the rest may have changed.
   */
  list(revision: Revision, pinned?: Readonly<Record<string, string>>): Promise<HubFile[]>;
  address(revision: Revision, path: string): URL;
  /** The headers that carry the token; the session decides which hosts see them. */
  credentials(token: string): Record<string, string>;
  explain(refusal: Refusal, question: Question): HubError;
}
