import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ClientOptions } from '../../src/client.ts';
import { SwanLabClient } from '../../src/client.ts';
import type { Logger } from '../../src/notices.ts';
import type { FixtureServer, ServerState } from './fixture-server.ts';
import { startFixture } from './fixture-server.ts';
import { TestClock } from './test-clock.ts';

export const testKey = 'test-key-0001';

export interface Rig {
  readonly server: FixtureServer;
  readonly clock: TestClock;
  readonly client: SwanLabClient;
  /** What the client said. */
  readonly said: string[];
  readonly folder: string;
}

/** A fixture server, a folder and a client between them; all of it is gone after the test. */
export async function createRig(state: ServerState = {}, options: Partial<ClientOptions> = {}): Promise<Rig> {
  const server = await startFixture(state);
  onTestFinished(() => server.close());
  const folder = temporaryFolder();
  const clock = new TestClock();
  const said: string[] = [];
  const logger: Logger = {
    info: (message) => void said.push(message),
    warn: (message) => void said.push(message),
  };
  const client = new SwanLabClient({
    apiKey: testKey,
    host: server.url,
    webHost: 'http://fixture.test',
    clock,
    logger,
    environment: { SWANLAB_ROOT: join(folder, 'home') },
    workingDirectory: folder,
    ...options,
  });
  return { server, clock, client, said, folder };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'swanlab-http-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The records of all metrics requests of one type that were accepted. */
export function acceptedRecords(
  server: FixtureServer,
  type: 'scalar' | 'media' | 'log',
): Record<string, unknown>[] {
  return server.exchanges
    .filter(
      ({ path, status, body }) =>
        path === '/api/house/metrics' &&
        status < 300 &&
        status > 0 &&
        (body as { type: string }).type === type,
    )
    .flatMap(({ body }) => (body as { metrics: Record<string, unknown>[] }).metrics);
}

/** `METHOD path` of everything that was asked, in order. */
export function callsOf(server: FixtureServer): string[] {
  return server.exchanges.map(({ method, path }) => `${method} ${path}`);
}
