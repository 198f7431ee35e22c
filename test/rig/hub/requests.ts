import type { IncomingMessage } from 'node:http';

/** A request as it arrived, for tests to look at. */
export interface RecordedRequest {
  readonly server: 'hub' | 'cdn';
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What it asks for: the commit of a name, a listing, a file on the hub, a large file's bytes. */
  readonly route: 'revision' | 'listing' | 'file' | 'content' | 'other';
  /** The file, where it asks for one. */
  readonly path: string | undefined;
}

export function record(
  message: IncomingMessage,
  server: RecordedRequest['server'],
  route: RecordedRequest['route'],
  path: string | undefined,
): RecordedRequest {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
  );
  return { server, method: message.method ?? 'GET', url: message.url ?? '/', headers, route, path };
}
