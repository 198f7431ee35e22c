import type { Exchange } from './fixture-server.ts';

/**
 * Traffic reduced to what it means, so that two clients can be compared: times, sessions and batch borders are gone, points
 * are a set, series are keyed, console lines are a list, of each profile field the last value counts.
 */
export interface NormalForm {
  /** Logins, project, experiment, reads and state, in order; what repeats through batching is left out. */
  readonly control: readonly string[];
  readonly bodies: Readonly<Record<string, unknown>>;
  readonly series: Readonly<Record<string, unknown>>;
  /** `key|step` to value. */
  readonly points: Readonly<Record<string, unknown>>;
  /** `key|step` to the objects under it, with their captions. */
  readonly media: Readonly<Record<string, { readonly objects: readonly unknown[]; readonly more: unknown }>>;
  readonly lines: readonly (readonly [string, string])[];
  readonly config: unknown;
  readonly files: Readonly<Record<string, unknown>>;
  /** Entries that a recording shortened, by metrics type. */
  readonly unseen: Readonly<Record<string, number>>;
}

export interface TrafficEntry {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly contentType?: string;
  readonly status: number;
}

/** From the fixture server. */
export function entriesOf(exchanges: readonly Exchange[]): TrafficEntry[] {
  return exchanges.map(({ method, path, query, headers, bytes, body, status }) => ({
    method,
    path,
    ...(Object.keys(query).length > 0 && query['sig'] === undefined && { query }),
    ...(body !== undefined ? { body } : bytes.length > 0 && { text: bytes.toString('utf8') }),
    ...(path.startsWith('/storage/') && { contentType: String(headers['content-type']) }),
    status,
  }));
}

/** `runId` becomes `<run>` everywhere. What was not answered with 2xx counts for nothing but its order. */
export function normalise(entries: readonly TrafficEntry[], runId?: string): NormalForm {
  const replaced =
    runId === undefined
      ? entries
      : (JSON.parse(JSON.stringify(entries).replaceAll(runId, '<run>')) as TrafficEntry[]);
  const form = {
    control: [] as string[],
    bodies: {} as Record<string, unknown>,
    series: {} as Record<string, unknown>,
    points: {} as Record<string, unknown>,
    media: {} as Record<string, { objects: unknown[]; more: unknown }>,
    lines: [] as [string, string][],
    config: undefined as unknown,
    files: {} as Record<string, unknown>,
    unseen: {} as Record<string, number>,
  };
  const objects = new Map<string, unknown>();
  for (const entry of replaced) {
    const { path, status } = entry;
    if (path.startsWith('/storage/put/') && status < 300) {
      objects.set(path.replace('/storage/put/', ''), {
        content: entry.text ?? entry.body,
        type: entry.contentType,
      });
    }
  }
  for (const entry of replaced) {
    const { method, path, status } = entry;
    const body = (entry.body ?? {}) as Record<string, unknown>;
    const accepted = status < 300;
    if (path === '/api/house/metrics') {
      if (accepted) readMetrics(body, form, objects);
    } else if (path.endsWith('/series') || path.endsWith('/columns')) {
      const list = (Array.isArray(entry.body) ? entry.body : body['series']) as ({ key: string } | string)[];
      for (const item of list) if (typeof item !== 'string' && accepted) form.series[item.key] ??= item;
    } else if (path.endsWith('/profile')) {
      if ('config' in body && accepted) form.config = body['config'];
    } else if (path.startsWith('/storage/files/')) {
      form.files[path.replace('/storage/files/', '')] = { content: entry.text, type: entry.contentType };
    } else if (path.includes('/files/')) {
      form.bodies[`${method} ${path}`] = withoutTimes(body);
    } else if (path === '/api/resources/presigned/put' || path.startsWith('/storage/')) {
      // Seen in the media points that name the objects.
    } else {
      const call = `${method} ${path}`;
      form.control.push(accepted ? call : `${call} ${status}`);
      if (entry.body !== undefined) form.bodies[call] = withoutTimes(body);
      if (entry.query !== undefined) form.bodies[`${call}?`] = entry.query;
    }
  }
  return form;
}

function readMetrics(
  body: Record<string, unknown>,
  form: {
    points: Record<string, unknown>;
    media: Record<string, { objects: unknown[]; more: unknown }>;
    lines: [string, string][];
    unseen: Record<string, number>;
  },
  objects: ReadonlyMap<string, unknown>,
): void {
  const type = String(body['type']);
  for (const item of body['metrics'] as (Record<string, unknown> | string)[]) {
    if (typeof item === 'string') {
      form.unseen[type] = (form.unseen[type] ?? 0) + Number(/\d+/.exec(item)?.[0]);
      continue;
    }
    const place = `${String(item['key'])}|${String(item['index'])}`;
    if (type === 'scalar') form.points[place] = item['data'];
    else if (type === 'log') form.lines.push([String(item['level']), String(item['message'])]);
    else {
      const paths = item['data'] as string[];
      form.media[place] = { objects: paths.map((path) => objects.get(path) ?? path), more: item['more'] };
    }
  }
}

function withoutTimes(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !['createdAt', 'finishedAt'].includes(name)),
  );
}
