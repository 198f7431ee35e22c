import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

import { tagValue } from '../digest.ts';
import { HubError } from '../error.ts';
import { ask, type Answer, credentialsFor, unexpected } from '../http/answer.ts';
import { plainAddress } from '../http/exchange.ts';
import type { Session } from '../http/session.ts';
import { readStraight, type Receiver, type Straight } from '../http/straight.ts';
import type { Hub, HubFile } from '../hubs/hub.ts';
import type { Revision } from '../source.ts';

/** What a server said a file is when it first answered. A later answer must say the same. */
export interface Identity {
  etag?: string | undefined;
}

/** One file on a hub, of which ranges can be had. */
export interface Remote {
  readonly file: HubFile;
  readonly identity: Identity;
  /** Asks for the bytes from `start` up to, not including, `end`. */
  open(start: number, end: number, signal: AbortSignal): Promise<Opened>;
  /** Whether `openStraight` may: it knows of no proxy. */
  mayGoStraight(): boolean;
  /** Reads from `start` to the file's end straight into `receiver`, from where the last answer came. */
  openStraight(start: number, signal: AbortSignal, receiver: Omit<Receiver, 'begin'>): Straight;
}

export interface Opened {
  readonly body: Readable;
  /** The server took no notice of the range and sends the file from its first byte. */
  readonly whole: boolean;
  /** For messages. */
  readonly address: string;
}

interface Place {
  readonly session: Session;
  readonly hub: Hub;
  readonly revision: Revision;
}

export function createRemote({ session, hub, revision }: Place, file: HubFile, identity: Identity): Remote {
  const home = hub.address(revision, file.path);
  // Where the hub sent us for the bytes: asking it again for each range would spend its limit on requests.
  let found: URL | undefined;

  const request = async (start: number, end: number, signal: AbortSignal): Promise<Answer> => {
    const asking = { ...session, signal };
    const partly = start > 0 || end < file.size;
    const headers: Record<string, string> = partly ? { range: `bytes=${start}-${end - 1}` } : {};
    const question = { source: revision, path: file.path };
    const known = found;
    if (known !== undefined) {
      try {
        return await ask(asking, hub, known, question, headers);
      } catch (error) {
        // A signed address expires after some minutes or hours.
        if (!(error instanceof HubError) || error.transient || !mayHaveExpired.has(error.reason)) throw error;
        found = undefined;
      }
    }
    const answer = await ask(asking, hub, home, question, headers);
    if (answer.address.origin !== home.origin) found = answer.address;
    return answer;
  };

  return {
    file,
    identity,
    mayGoStraight: () => session.proxyFor(found ?? home) === undefined,
    openStraight(start, signal, receiver) {
      const address = found ?? home;
      const headers = {
        range: `bytes=${start}-${file.size - 1}`,
        ...credentialsFor(session, hub, address),
      };
      return readStraight({ ...session, signal }, address, headers, {
        ...receiver,
        begin(head) {
          const answer = { ...head, address, before: [], unpacked: false };
          assertIdentity(answer, file, revision, identity);
          if (head.status !== 206) throw new Error('this is no part of the file');
          assertRange(answer, file, start, file.size);
        },
      });
    },
    async open(start, end, signal) {
      const answer = await request(start, end, signal);
      try {
        assertIdentity(answer, file, revision, identity);
        const whole = assertRange(answer, file, start, end);
        return {
          body: answer.body,
          whole,
          address: plainAddress(answer.address),
        };
      } catch (error) {
        answer.body.destroy();
        throw error;
      }
    },
  };
}

const mayHaveExpired = new Set([
  'unauthorized',
  'forbidden',
  'repository-not-found',
  'file-not-found',
  'gated',
]);

/** What of an answer says which file it brings. */
type Introduction = Omit<Answer, 'body'>;

function assertIdentity(answer: Introduction, file: HubFile, revision: Revision, identity: Identity): void {
  const heads = [...answer.before, answer.headers];
  const commit = header(heads, 'x-repo-commit');
  if (revision.hub === 'huggingface' && commit !== undefined && commit !== revision.commit) {
    throw changed(file, `commit ${revision.commit} was asked for, and the hub answers with ${commit}`);
  }
  const linked = tagValue(header(heads, 'x-linked-etag'));
  if (linked !== undefined && linked !== file.digest.value) {
    throw changed(file, `the listing says ${file.digest.value}, and the hub now says ${linked}`);
  }
  const size = header(heads, 'x-linked-size');
  if (size !== undefined && Number(size) !== file.size) throw wrongLength(file, Number(size));
  const etag = answer.headers.etag;
  if (identity.etag !== undefined && etag !== undefined && etag !== identity.etag) {
    throw changed(file, `its ETag was ${identity.etag} and is ${etag} now`);
  }
  identity.etag ??= etag;
}

/** Whether the whole file comes instead of the range. */
function assertRange(answer: Introduction, file: HubFile, start: number, end: number): boolean {
  const length = answer.headers['content-length'];
  if (answer.status === 200) {
    if (length !== undefined && !answer.unpacked && Number(length) !== file.size) {
      throw wrongLength(file, Number(length));
    }
    return start > 0 || end < file.size;
  }
  const range = answer.headers['content-range'] ?? '';
  const parts = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range);
  if (parts === null || Number(parts[1]) !== start || Number(parts[2]) !== end - 1) {
    throw unexpected(
      `${plainAddress(answer.address)} was asked for bytes ${start}-${end - 1} and answers with "${range}"`,
    );
  }
  if (parts[3] !== '*' && Number(parts[3]) !== file.size) throw wrongLength(file, Number(parts[3]));
  return false;
}

function header(heads: readonly IncomingHttpHeaders[], name: string): string | undefined {
  const value = heads.map((head) => head[name]).find((one) => one !== undefined);
  return Array.isArray(value) ? value[0] : value;
}

function changed(file: HubFile, how: string): HubError {
  return new HubError({
    reason: 'changed',
    message: `${file.path} is no longer the file that was listed: ${how}`,
    hint: 'what had come of it was thrown away: run again to start it anew, or pin a commit',
  });
}

export function wrongLength(file: HubFile, found: number): HubError {
  return new HubError({
    reason: 'wrong-length',
    message: `${file.path} has ${found} bytes where the hub's listing says ${file.size}`,
    hint: 'what had come of it was thrown away: run again, or use another mirror',
  });
}

export function cutShort({ file }: Remote, at: number): HubError {
  return new HubError({
    reason: 'cut',
    message: `${file.path} ended at byte ${at} of ${file.size}`,
    hint: 'run again to go on where it stopped',
    transient: true,
  });
}
