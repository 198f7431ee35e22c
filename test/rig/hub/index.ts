/**
 * Hugging Face and ModelScope on loopback: the requests that their clients send are answered as the real hubs
 * answer them, and go wrong in the ways a test orders. In come repositories (`push`) and rules (`fault`); out come
 * an address to set as HF_ENDPOINT or MODELSCOPE_ENDPOINT and the requests that arrived. Large files are redirected
 * to a second server, which goes by another host's name (`localhost`), as on the real hub, because clients compare
 * hosts without ports.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';

import { bytes, refusal, type Reply } from './answers.ts';
import type { Blob, Content } from './content.ts';
import { createBlob } from './content.ts';
import { createRules, type Rule, spoil } from './faults.ts';
import { answerHuggingFace, type Routed } from './huggingface.ts';
import { answerModelScope } from './modelscope.ts';
import { type RepositoryOptions, Shelf } from './repository.ts';
import { record, type RecordedRequest } from './requests.ts';

export type { Content, RecordedRequest, RepositoryOptions, Rule };

export interface FixtureHub {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Where large files lie: `http://localhost:PORT`. */
  readonly cdn: string;
  /** Environment variables that lead both clients here and nowhere else. */
  readonly environment: Readonly<Record<string, string>>;
  /** In order of arrival; emptied by assigning `length = 0`. */
  readonly requests: RecordedRequest[];
  /** Makes files the newest commit of a branch, `main` (on ModelScope `master`) by default; returns the commit. */
  push(repo: string, files: Readonly<Record<string, Content>>, options?: RepositoryOptions): string;
  fault(rule: Rule): void;
  clearFaults(): void;
  close(): Promise<void>;
}

export interface HubOptions {
  /** Key and certificate, in PEM, to speak https on the hub's own address. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** @default any free port */
  readonly port?: number | undefined;
}

export async function startHub(options: HubOptions = {}): Promise<FixtureHub> {
  const shelf = new Shelf();
  const rules = createRules();
  const requests: RecordedRequest[] = [];
  const contents = new Map<string, Blob>();

  const serve = (server: RecordedRequest['server'], route: (message: IncomingMessage) => Routed) => {
    return (message: IncomingMessage, response: ServerResponse) => {
      const routed = route(message);
      const request = record(message, server, routed.route, routed.path);
      requests.push(request);
      const fault = message.method === 'GET' ? rules.take(request) : undefined;
      const reply = fault === undefined ? routed.reply : spoil(routed.reply, fault);
      if (fault?.kind === 'hang' && fault.after === undefined) return;
      send(reply, message, response);
    };
  };

  const cdnServer = createServer(
    serve('cdn', (message) => {
      const blob = contents.get((message.url ?? '').slice(1, 65));
      const reply =
        blob === undefined
          ? refusal(404, 'NoSuchKey', 'no such content')
          : bytes(blob, message.headers.range, { etag: `"cdn-${blob.sha256.slice(0, 16)}"` });
      return { route: 'content', path: blob && pathOf.get(blob), reply };
    }),
  );
  const pathOf = new Map<Blob, string>();
  const cdn = `http://localhost:${await listen(cdnServer, 0)}`;

  let endpoint = '';
  const hubListener = serve('hub', (message) => {
    const routed =
      answerHuggingFace(shelf, cdn, message, endpoint) ?? answerModelScope(shelf, message, endpoint);
    return routed ?? { route: 'other', reply: refusal(404, 'NotFound', 'no such page') };
  });
  const hubServer =
    options.tls === undefined ? createServer(hubListener) : createSecureServer(options.tls, hubListener);
  const scheme = options.tls === undefined ? 'http' : 'https';
  endpoint = `${scheme}://127.0.0.1:${await listen(hubServer, options.port ?? 0)}`;

  return {
    endpoint,
    cdn,
    environment: {
      HF_ENDPOINT: endpoint,
      MODELSCOPE_ENDPOINT: endpoint,
      // A user's own login and cache have no part in a test.
      HF_TOKEN_PATH: '/nonexistent/token',
      HF_HUB_CACHE: '/nonexistent/cache',
    },
    requests,
    push(repo, files, repositoryOptions) {
      for (const [path, content] of Object.entries(files)) {
        const blob = createBlob(path, content);
        contents.set(blob.sha256, blob);
        pathOf.set(blob, path);
      }
      return shelf.push(repo, files, repositoryOptions);
    },
    fault: rules.add,
    clearFaults: rules.clear,
    async close() {
      await Promise.all([hubServer, cdnServer].map(stop));
    },
  };
}

function send(reply: Reply, message: IncomingMessage, response: ServerResponse): void {
  response.writeHead(reply.status, reply.headers);
  if (message.method === 'HEAD') {
    reply.body.destroy();
    response.end();
    return;
  }
  reply.body.on('error', () => response.destroy());
  response.on('close', () => reply.body.destroy());
  response.flushHeaders();
  if (reply.cutAfter === undefined) reply.body.pipe(response);
  else void sendThenCut(reply.body, reply.cutAfter, response);
}

/** Breaks the connection once the bytes before the cut are on their way. */
async function sendThenCut(body: Readable, after: number, response: ServerResponse): Promise<void> {
  let left = after;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const sent = chunk.subarray(0, left);
    left -= sent.length;
    await new Promise((resolve) => response.write(sent, resolve));
    if (left === 0) break;
  }
  response.destroy();
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
