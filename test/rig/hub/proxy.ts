import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What arrived at a proxy: all that it can read of what passes. */
export interface ProxiedRequest {
  readonly method: string;
  /** A whole address where the proxy passes a request on, `host:port` where it makes a tunnel. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FixtureProxy {
  /** `http://127.0.0.1:PORT`, or with https where it has a certificate. */
  readonly address: string;
  readonly requests: ProxiedRequest[];
  /** Loopback ports by the names under which only this proxy knows them, as in `hub.invalid:443`. */
  readonly places: Record<string, number>;
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly places: FixtureProxy['places'];
  /** `user:password`, without which it answers 407. */
  readonly login?: string | undefined;
  /** How it answers whoever asks. @default it does what it is asked for */
  readonly answer?: number | 'nothing' | undefined;
  /** Key and certificate, in PEM, to be spoken to over https. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

/** A proxy on loopback: passes plain requests on, and makes tunnels for others. */
export async function startProxy({ places, login, answer, tls }: ProxyOptions): Promise<FixtureProxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;

  /** The status with which a request ends here, or nothing where it goes on. */
  const note = ({ method = '', url: target = '', headers }: IncomingMessage): number | undefined => {
    requests.push({ method, target, headers });
    if (typeof answer === 'number') return answer;
    return wanted === undefined || headers['proxy-authorization'] === wanted ? undefined : 407;
  };

  const server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    const status = note(message);
    if (answer === 'nothing') return;
    const { host, port, pathname, search } = new URL(message.url ?? '');
    const place = places[port === '' ? `${host}:80` : host];
    if (status !== undefined || place === undefined) {
      response.writeHead(status ?? 502).end();
      return;
    }
    const onward = send(
      { host: '127.0.0.1', port: place, path: pathname + search, headers: message.headers },
      (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    onward.end();
  });
  server.on('connect', (message: IncomingMessage, client: Socket) => {
    const status = note(message);
    if (answer === 'nothing') return;
    const place = places[message.url ?? ''];
    if (status !== undefined || place === undefined) {
      client.end(`HTTP/1.1 ${status ?? 502} refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(place, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(onward).pipe(client);
    });
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    address: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    places,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
