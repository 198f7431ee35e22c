import { type AddressInfo, createServer, type Socket } from 'node:net';

import { afterEach, expect, it } from 'vitest';

import { exchange } from './exchange.ts';
import { openSession, type Session } from './session.ts';

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server, by what it does with the request of this number on a connection; and the connections it has had. */
async function start(answer: (socket: Socket, request: number) => void) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    let requests = 0;
    // Each request is small enough to come at once.
    socket.on('data', () => answer(socket, (requests += 1)));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = await openSession('huggingface', { environment: { HF_TOKEN_PATH: '/nonexistent' } });
  ends.push(
    () => session.close(),
    () => server.close(),
  );
  const address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return { session, address, connections: () => connections };
}

const well = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

async function ask(session: Session, address: URL): Promise<string> {
  const message = await exchange(session, address, {});
  let text = '';
  for await (const chunk of message) text += String(chunk);
  return text;
}

it('a connection that was kept open, and that the server closes when it is used again, is not a failure', async () => {
  const { session, address, connections } = await start((socket, request) => {
    if (request === 1) socket.write(well);
    else socket.destroy();
  });
  for (const expected of ['ok', 'ok', 'ok']) {
    expect(await ask(session, address)).toBe(expected);
    // The connection goes back to those that are kept a moment after the answer has ended.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(connections()).toBe(3);
});

it('a new connection that the server closes without an answer is one', async () => {
  const { session, address, connections } = await start((socket) => socket.destroy());
  await expect(ask(session, address)).rejects.toMatchObject({ reason: 'cut', transient: true });
  expect(connections()).toBe(1);
});
