import type { CsvPoint } from './csv.ts';
import { listOf, objectOf, textOf } from './paths.ts';

export interface RunInfo {
  /** The server's id of the run. */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly state: string;
  readonly group: string;
  readonly jobType: string;
  readonly tags: readonly string[];
  readonly user: string;
  readonly createdAt: string;
  readonly finishedAt: string | undefined;
  /** `config`, `metadata`, `requirements`, `conda`, as far as the run has them. */
  readonly profile: Readonly<Record<string, unknown>>;
}

export interface ScalarSeries {
  readonly key: string;
  readonly points: readonly CsvPoint[];
  readonly min?: unknown;
  readonly max?: unknown;
  readonly avg?: unknown;
  readonly median?: unknown;
  readonly latest?: unknown;
}

export interface MediaEntry {
  readonly index: number;
  readonly items: readonly {
    readonly path: string;
    readonly url: string | undefined;
    readonly caption: string | undefined;
  }[];
}

export interface ConsoleLine {
  readonly epoch: number;
  readonly level: string;
  readonly message: string;
  readonly timestamp: string;
}

export function readInfo(data: Record<string, unknown>): RunInfo {
  const text = (name: string) => textOf(data[name]);
  return {
    id: text('cuid'),
    slug: text('slug') || text('cuid'),
    name: text('name'),
    description: text('description'),
    state: text('state'),
    group: text('cluster'),
    jobType: text('job'),
    tags: listOf(data['labels']).map((label) => String(label['name'])),
    user: textOf(objectOf(data['user'])['username']),
    createdAt: text('createdAt'),
    finishedAt: text('finishedAt') || undefined,
    profile: objectOf(data['profile']),
  };
}

export function readMedia(entry: Record<string, unknown>, urls: ReadonlyMap<string, string>): MediaEntry {
  const more: unknown[] = Array.isArray(entry['more']) ? entry['more'] : [];
  const items = textsOf(entry['data']).map((path, at) => {
    const caption = objectOf(more[at])['caption'];
    return { path, url: urls.get(path), caption: typeof caption === 'string' ? caption : undefined };
  });
  return { index: Number(entry['index'] ?? 0), items };
}

export function readLine(line: Record<string, unknown>): ConsoleLine {
  return {
    epoch: Number(line['epoch']),
    level: textOf(line['level']),
    message: textOf(line['message']),
    timestamp: textOf(line['timestamp']),
  };
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
