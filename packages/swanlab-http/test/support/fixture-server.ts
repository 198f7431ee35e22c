import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it, with the status that it was answered with. */
export interface Exchange {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
  /** 0 until it is answered, and where the answer is a lie. */
  status: number;
}

/** What is to go wrong, for the next `times` requests that fit. */
export interface Fault {
  readonly method?: string;
  /** How the path begins. */
  readonly prefix: string;
  /** Of a metrics request. */
  readonly type?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly reply?: unknown;
  /** @default every one */
  readonly times?: number;
  /** Only requests whose body this is true of. */
  readonly when?: (exchange: Exchange) => boolean;
  /** `hang` never answers, `cut` closes in the middle of the answer, `slow` takes two seconds for it. */
  readonly manner?: 'hang' | 'cut' | 'slow';
}

export interface ServerState {
  /** @default present */
  readonly project?: 'present' | 'absent';
  /** Old servers have no multi-view projects. */
  readonly legacy?: boolean;
  /**
   * How POST experiment answers: as new, as existing, as existing with its time, or `remembered`: as new the first time, and
   * from then on with what was accepted. @default new
   */
  readonly experiment?: 'new' | 'existing' | 'existing-with-time' | 'remembered';
  readonly summary?: object;
  /** Milliseconds that a session lives. @default 30 days */
  readonly sessionLife?: number;
  /** Answers of the read API: `METHOD path` to reply. */
  readonly replies?: Readonly<Record<string, unknown>>;
  /** Whether requests are kept. Turned off where only time and memory count. @default true */
  readonly keep?: boolean;
}

export interface FixtureServer {
  readonly url: string;
  readonly exchanges: Exchange[];
  readonly faults: (Fault & { used?: number })[];
  readonly counts: {
    requests: number;
    metricBytes: number;
    points: number;
    /** Milliseconds of `performance.now()`: the first request, and the last that ended a run. */
    begun: number;
    ended: number;
  };
  /** Resolves with the first request, past or future, that fits. */
  seen(fits: (exchange: Exchange) => boolean): Promise<Exchange>;
  close(): Promise<void>;
}

interface Accepted {
  readonly type: string;
  readonly metric: Readonly<Record<string, unknown>>;
}

interface World {
  hasProject: boolean;
  logins: number;
  /** The ids of the runs that were opened. */
  readonly runs: Set<string>;
  /** What one of them has. */
  readonly accepted: (experiment: string) => readonly Accepted[];
}

/** Answers as a SwanLab server does, in the shapes of the recorded traffic, on 127.0.0.1. */
export async function startFixture(state: ServerState = {}): Promise<FixtureServer> {
  const exchanges: Exchange[] = [];
  const faults: (Fault & { used?: number })[] = [];
  const counts = { requests: 0, metricBytes: 0, points: 0, begun: 0, ended: 0 };
  const waiters: { fits: (exchange: Exchange) => boolean; resolve: (exchange: Exchange) => void }[] = [];
  const world: World = {
    hasProject: state.project !== 'absent',
    logins: 0,
    runs: new Set(),
    accepted: (experiment) => acceptedOf(exchanges, experiment),
  };

  const server = createServer((request, response) => {
    void readBody(request).then((bytes) => {
      const exchange = toExchange(request, bytes, state.keep !== false);
      if (counts.requests === 0) counts.begun = performance.now();
      counts.requests += 1;
      if (exchange.path.endsWith('/state')) counts.ended = performance.now();
      if (state.keep !== false) exchanges.push(exchange);
      if (exchange.path === '/api/house/metrics') counts.metricBytes += bytes.length;
      for (const waiter of waiters.filter(({ fits }) => fits(exchange))) waiter.resolve(exchange);
      const fault = faults.find((candidate) => applies(candidate, exchange));
      if (fault !== undefined) {
        fault.used = (fault.used ?? 0) + 1;
        if (fault.manner !== 'slow') {
          fail(response, fault, exchange);
          return;
        }
      }
      const [status, reply] = answer(exchange, state, world, url);
      if (exchange.path === '/api/house/metrics' && status < 300) counts.points += pointsIn(exchange, state);
      exchange.status = status;
      const answering = () => send(response, status, reply);
      if (fault === undefined) answering();
      else setTimeout(answering, 2000).unref();
    });
  });
  // A test may leave a request hanging; the sockets go with the server.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    exchanges,
    faults,
    counts,
    seen(fits) {
      const past = exchanges.find(fits);
      return past === undefined
        ? new Promise((resolve) => waiters.push({ fits, resolve }))
        : Promise.resolve(past);
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function toExchange(request: IncomingMessage, bytes: Buffer, keep: boolean): Exchange {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fixture.test');
  const json =
    request.headers['content-type'] === 'application/json' &&
    (keep || !pathname.startsWith('/api/house/metrics'));
  return {
    method: request.method ?? '',
    path: decodeURI(pathname),
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    bytes,
    body: json ? parse(bytes.toString('utf8')) : undefined,
    status: 0,
  };
}

function applies(fault: Fault & { used?: number }, exchange: Exchange): boolean {
  if ((fault.used ?? 0) >= (fault.times ?? Infinity)) return false;
  if (fault.method !== undefined && fault.method !== exchange.method) return false;
  if (!exchange.path.startsWith(fault.prefix)) return false;
  if (fault.type !== undefined && (exchange.body as { type?: string } | undefined)?.type !== fault.type)
    return false;
  return fault.when?.(exchange) ?? true;
}

function fail(response: ServerResponse, fault: Fault, exchange: Exchange): void {
  if (fault.manner === 'hang') return;
  if (fault.manner === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"half":');
    response.socket?.destroySoon();
    return;
  }
  const status = fault.status ?? 500;
  // Whatever the answer claimed, nothing was taken.
  exchange.status = status < 300 ? 0 : status;
  send(response, status, fault.reply ?? { code: 'Fixture_Fault', message: 'injected' }, fault.headers);
}

function send(
  response: ServerResponse,
  status: number,
  reply: unknown,
  headers: Record<string, string> = {},
): void {
  const text = typeof reply === 'string' ? reply : JSON.stringify(reply);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(status === 204 ? undefined : text);
}

const day = 24 * 3600 * 1000;

function answer(exchange: Exchange, state: ServerState, world: World, url: string): [number, unknown] {
  const { method, path, body } = exchange;
  const call = `${method} ${path}`;
  const given = state.replies?.[call];
  if (given !== undefined) return [200, given];
  if (call === 'POST /api/login/api_key') {
    world.logins += 1;
    if (exchange.headers['authorization'] === 'bad-key')
      return [401, { code: 'Unauthorized', message: 'bad key' }];
    const expiredAt = new Date(Date.now() + (state.sessionLife ?? 30 * day)).toISOString();
    const userInfo = { username: 'alice', name: 'Alice', email: 'a@example.invalid' };
    return [200, { sid: `sid-fixture-${String(world.logins).padStart(4, '0')}`, expiredAt, userInfo }];
  }
  const project = /^GET \/api\/project\/([^/]+)\/([^/]+)$/.exec(call);
  if (project !== null) {
    if (!world.hasProject) return [404, { code: 'NOT_FOUND', message: 'project not found' }];
    return [200, projectReply(project[1] as string, project[2] as string, state)];
  }
  if (/^POST \/api\/projects\/[^/]+$/.test(call)) {
    if (state.legacy) return [404, { code: 'NOT_FOUND', message: 'no such route' }];
    world.hasProject = true;
    return [201, { cuid: 'projcuid0001', name: (body as { name: string }).name }];
  }
  if (call === 'POST /api/project') {
    world.hasProject = true;
    return [201, { cuid: 'projcuid0001', name: (body as { name: string }).name }];
  }
  if (/^POST \/api\/project\/[^/]+\/[^/]+\/experiment$/.test(call))
    return experimentReply(body, state, world);
  if (/^GET \/api\/project\/[^/]+\/[^/]+\/runs\/[^/]+$/.test(call))
    return [200, runReply(path.split('/').at(-1) as string)];
  if (call.startsWith('GET /api/house/metrics/summaries/'))
    return [200, state.summary ?? summaryOf(path.split('/').at(-1) as string, state, world)];
  if (call === 'POST /api/resources/presigned/put')
    return [200, { urls: addresses(body, `${url}/storage/put`) }];
  if (call === 'POST /api/files/presigned/get') return [200, { urls: addresses(body, `${url}/storage/dl`) }];
  if (/^POST \/api\/experiment\/[^/]+\/files\/prepare$/.test(call)) {
    const files = (body as { files: { path: string }[] }).files;
    return [200, { urls: files.map((file) => `${url}/storage/files/${file.path}?sig=x`) }];
  }
  if (/^POST \/api\/experiment\/[^/]+\/files\/prepare-multipart$/.test(call))
    return [200, { files: partPlans(body, url) }];
  if (method === 'PUT' || method === 'GET' || method === 'DELETE') return [200, {}];
  return [201, {}];
}

function projectReply(workspace: string, name: string, state: ServerState): object {
  return {
    cuid: 'projcuid0001',
    name,
    path: `/${workspace}/${name}`,
    visibility: 'PRIVATE',
    group: { username: workspace },
    _count: { experiments: 3, contributors: 1, collaborators: 0, clones: 0 },
    ...(state.legacy ? {} : { version: 1 }),
  };
}

function experimentReply(body: unknown, state: ServerState, world: World): [number, unknown] {
  const { cuid, name } = body as { cuid: string; name: string };
  const reply = { cuid: 'expcuid0001', slug: cuid, name };
  if (state.experiment === 'remembered') {
    const known = world.runs.has(cuid);
    world.runs.add(cuid);
    return [known ? 200 : 201, { ...reply, cuid: `exp-${cuid}`, createdAt: '2026-01-02T03:04:05.000Z' }];
  }
  if (state.experiment === 'existing') return [200, reply];
  if (state.experiment === 'existing-with-time')
    return [200, { ...reply, createdAt: '2026-01-02T03:04:05.000Z' }];
  return [201, reply];
}

/** As the summaries route answers: the last step of every key, the last line of the console. */
function summaryOf(experiment: string, state: ServerState, world: World): object {
  if (state.experiment !== 'remembered') return { log: null, media: null, scalar: null };
  const last = (type: string, stepName: string, keyName: string) => {
    const steps = new Map<string, number>();
    for (const item of world.accepted(experiment).filter((candidate) => candidate.type === type)) {
      const key = (item.metric[keyName] as string | undefined) ?? 'LOG';
      steps.set(key, Math.max(steps.get(key) ?? -1, Number(item.metric[stepName])));
    }
    return steps.size === 0 ? null : [...steps].map(([key, step]) => ({ key, step }));
  };
  return {
    log: last('log', 'epoch', 'none'),
    media: last('media', 'index', 'key'),
    scalar: last('scalar', 'index', 'key'),
  };
}

function acceptedOf(exchanges: readonly Exchange[], experiment: string): readonly Accepted[] {
  return exchanges
    .filter(({ path, status }) => path === '/api/house/metrics' && status >= 200 && status < 300)
    .map(({ body }) => body as { type: string; experimentId: string; metrics: Record<string, unknown>[] })
    .filter(({ experimentId }) => experimentId === experiment)
    .flatMap(({ type, metrics }) => metrics.map((metric) => ({ type, metric })));
}

function runReply(slug: string): object {
  return {
    cuid: 'expcuid0001',
    slug,
    name: 'fixture-run',
    description: '',
    state: 'FINISHED',
    cluster: 'g1',
    job: 'train',
    labels: [{ name: 't1', colors: ['#fff', '#000'] }],
    user: { name: 'Alice', username: 'alice' },
    createdAt: '2026-01-02T03:04:05.000Z',
    profile: { config: { lr: { value: 0.1, desc: '', sort: 0 } } },
  };
}

function addresses(body: unknown, base: string): string[] {
  return (body as { paths: string[] }).paths.map((path) => `${base}/${path}?sig=x`);
}

function partPlans(body: unknown, url: string): object[] {
  const files = (body as { files: { path: string; count: number }[] }).files;
  return files.map(({ path, count }) => ({
    uploadId: `upload-${path}`,
    parts: Array.from({ length: count }, (_, at) => ({
      partNumber: at + 1,
      url: `${url}/storage/part/${path}/${at + 1}`,
    })),
  }));
}

function pointsIn({ bytes, body }: Exchange, state: ServerState): number {
  if (state.keep !== false) return (body as { metrics: unknown[] }).metrics.length;
  return bytes.toString('latin1').split('"create_time"').length - 1;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
