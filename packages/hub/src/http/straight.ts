import { connect as connectPlainly, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';

import { ownHeaders } from './exchange.ts';
import { type Head, parseHead, plainLength } from './head.ts';
import type { Session } from './session.ts';
import { watchForStall } from './stall.ts';

/** Who takes a body as it comes. */
export interface Receiver {
  /** Looks at the head, and throws where the body is not wanted. */
  begin(head: Head): void;
  /** Memory for what comes next, which may be asked for well before it comes. It must not be empty. */
  room(): Uint8Array;
  /** So many bytes of that memory are filled. False asks for a pause. It may stop the reading. */
  filled(count: number): boolean;
  /** Nothing more comes: the body has ended, or there was any trouble at all. */
  end(): void;
}

export interface Straight {
  /** Goes on after a pause. */
  resume(): void;
  stop(): void;
}

const longestHead = 64 * 1024;

/**
 * Sends one GET and reads the body off its connection into the receiver's own memory. `node:http` takes a new buffer
 * for each 64 KiB, and to make and clear these away costs more than to read them does: gigabytes from a fast server
 * need a third of the processor's time this way. It is no client for everything. A body that does not come plainly and
 * with its length it leaves unread, and of what went wrong it says nothing: whoever calls asks again for what is
 * missing in the ordinary way, which has a sentence for every trouble.
 */
export function readStraight(
  session: Session,
  address: URL,
  headers: Readonly<Record<string, string>>,
  receiver: Receiver,
): Straight {
  const head = Buffer.alloc(longestHead);
  let headLength = 0;
  /** Bytes of the body that have yet to come; nothing while its head has not. */
  let left: number | undefined;
  let paused = false;
  let over = false;

  const end = () => {
    if (over) return;
    over = true;
    watch.end();
    session.signal.removeEventListener('abort', end);
    socket.destroy();
    receiver.end();
  };

  const takeBody = (count: number): void => {
    if (left === undefined || count > left) throw new Error('more came than was promised');
    left -= count;
    // Over TLS what was unpacked already still comes during a pause, and does not end it.
    paused = !receiver.filled(count) || paused;
    if (left === 0) end();
  };

  const takeHead = (count: number): void => {
    headLength += count;
    const at = head.subarray(0, headLength).indexOf('\r\n\r\n');
    if (at === -1 && headLength < longestHead) return;
    const parsed = parseHead(head.toString('latin1', 0, Math.max(0, at)));
    left = parsed && plainLength(parsed);
    if (parsed === undefined || left === undefined) throw new Error('this is no plain body');
    receiver.begin(parsed);
    // The beginning of the body has come with the head.
    for (let rest = head.subarray(at + 4, headLength); rest.length > 0 && !over;) {
      const room = receiver.room();
      room.set(rest.subarray(0, room.length));
      takeBody(Math.min(room.length, rest.length));
      rest = rest.subarray(room.length);
    }
  };

  const socket = connect(session, address, {
    buffer: () => (left === undefined || over ? head.subarray(headLength) : receiver.room()),
    callback(count) {
      if (over) return false;
      try {
        if (left === undefined) takeHead(count);
        else takeBody(count);
      } catch {
        end();
      }
      return !paused && !over;
    },
  });
  const watch = watchForStall(session, address, () => ({ bytes: socket.bytesRead, waitsForUs: paused }), end);
  for (const event of ['error', 'end', 'close']) socket.once(event, end);
  session.signal.addEventListener('abort', end);
  // A signal that has been aborted already tells nobody any more.
  if (session.signal.aborted) end();
  else socket.write(requestText(address, { ...ownHeaders, ...headers }));
  return {
    resume() {
      if (over || !paused) return;
      paused = false;
      socket.resume();
    },
    stop: end,
  };
}

function connect(session: Session, address: URL, onread: OnReadOpts): Socket {
  const host = address.hostname.replace(/^\[|\]$/g, '');
  if (address.protocol === 'http:') return connectPlainly({ host, port: Number(address.port || 80), onread });
  // The types of Node do not know that `onread` counts here too: https://nodejs.org/api/tls.html#tlsconnectoptions-callback
  const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
    host,
    port: Number(address.port || 443),
    servername: isIP(host) === 0 ? host : '',
    ...(session.authorities === undefined ? {} : { ca: [...session.authorities] }),
    onread,
  };
  return connectSecurely(options);
}

function requestText(address: URL, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: address.host, ...headers, connection: 'close' });
  const target = `${address.pathname}${address.search}`;
  return `GET ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}
