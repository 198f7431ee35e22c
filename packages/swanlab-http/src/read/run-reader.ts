import { SwanLabError } from '../errors.ts';
import { toSeconds } from '../experiment.ts';
import type { Session } from '../session.ts';
import { inParallel } from '../upload/parallel.ts';
import type { CsvPoint } from './csv.ts';
import { readScalarExport } from './csv.ts';
import { listOf, objectOf, textOf } from './paths.ts';
import type { ConsoleLine, MediaEntry, RunInfo, ScalarSeries } from './run-info.ts';
import { readInfo, readLine, readMedia, textsOf } from './run-info.ts';

export interface MetricsOptions {
  /** Most points of a key; the server thins them out. @default 1500, which is the most */
  readonly sample?: number;
  /** Every point, by way of an export. */
  readonly all?: boolean;
  /** Only steps from `start` to `end`, both included; implies `all`. */
  readonly range?: { readonly start?: number; readonly end?: number };
  /** `step`, `time`, `relative_time`, or another scalar key. @default step */
  readonly xAxis?: string;
}

/** Keys of one request and requests at a time, as the server likes them. */
const keysPerCall = 16;
const callsAtOnce = 4;
const mostPoints = 1500;
const linesPerCall = 1000;

/** One run of the server, opened for reading. */
export class RunReader {
  readonly info: RunInfo;
  readonly url: string;
  readonly projectId: string;
  readonly #session: Session;
  readonly #projectPath: string;
  /** Seconds; every query must say it, for it bounds what the server looks through. */
  readonly #createdAt: number;
  /** Where the run is a copy, the ids of its original. */
  readonly #root: { rootProId?: string; rootExpId?: string };

  constructor(parts: {
    session: Session;
    projectPath: string;
    projectId: string;
    url: string;
    data: unknown;
  }) {
    const data = objectOf(parts.data);
    if (typeof data['cuid'] !== 'string')
      throw new SwanLabError('invalid-answer', 'the server did not answer with a run');
    this.#session = parts.session;
    this.#projectPath = parts.projectPath;
    this.projectId = parts.projectId;
    this.url = parts.url;
    this.info = readInfo(data);
    this.#createdAt = toSeconds(data['createdAt']);
    this.#root = {
      ...(data['rootProId'] ? { rootProId: textOf(data['rootProId']) } : {}),
      ...(data['rootExpId'] ? { rootExpId: textOf(data['rootExpId']) } : {}),
    };
  }

  /** The keys of the run: all of them, page by page. */
  async series(type: 'scalar' | 'media' = 'scalar'): Promise<readonly string[]> {
    const keys: string[] = [];
    let cursor = '';
    do {
      const body = { experiments: [this.#experiment()], limit: 2000, cursor };
      const page = objectOf((await this.#session.post(`/house/metrics/${type}/keys`, body)).data);
      if (Array.isArray(page['keys'])) keys.push(...page['keys'].map(String));
      const next = page['hasMore'] === true ? textOf(page['nextCursor']) : '';
      // A cursor that does not move would be asked for ever.
      cursor = next === cursor ? '' : next;
    } while (cursor !== '');
    return keys;
  }

  /** Which of `keys` the run has. */
  async has(keys: readonly string[], type: 'scalar' | 'media' = 'scalar'): Promise<ReadonlySet<string>> {
    const body = { keys, experiments: [this.#experiment()] };
    const reply = objectOf((await this.#session.post(`/house/metrics/${type}/availability`, body)).data);
    return new Set(keys.filter((key) => Array.isArray(reply[key]) && reply[key].includes(this.info.id)));
  }

  /** Points and statistics of scalar keys, in the order of `keys`. */
  async metrics(keys: readonly string[], options: MetricsOptions = {}): Promise<readonly ScalarSeries[]> {
    const wanted = [...new Set(keys)];
    const full = options.all === true || options.range !== undefined;
    const xAxis = options.xAxis ?? 'step';
    if (full && xAxis !== 'step') {
      throw new SwanLabError('invalid-axis', `all points come by step only, not by "${xAxis}"`, {
        hint: 'leave `all` and `range` out',
      });
    }
    const found = new Map<string, ScalarSeries>();
    await inParallel(callsAtOnce, chunks(wanted, keysPerCall), async (part) => {
      const [points, statistics] = await Promise.all([
        full ? this.#exportPoints(part) : this.#samplePoints(part, xAxis, options.sample ?? mostPoints),
        this.#statistics(part),
      ]);
      for (const key of part) {
        const kept = (points.get(key) ?? []).filter(({ index }) => inRange(index, options.range));
        found.set(key, { key, points: kept, ...statistics.get(key) });
      }
    });
    return wanted.map((key) => found.get(key) as ScalarSeries);
  }

  /** Last, least, greatest and the like of each key. */
  async summary(keys?: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const body = { experiments: [this.#experiment()], ...(keys !== undefined && { keys }) };
    const reply = objectOf((await this.#session.post('/house/metrics/summaries', body)).data);
    return objectOf(reply[this.info.id]);
  }

  /** What was logged under media keys, with addresses to fetch it from: at one step (the last, if none is given) or all. */
  async medias(
    keys: readonly string[],
    options: { step?: number; all?: boolean } = {},
  ): Promise<ReadonlyMap<string, readonly MediaEntry[]>> {
    const body = {
      projectId: this.projectId,
      columns: keys.map((key) => this.#column(key)),
      ...(options.step !== undefined && !options.all && { step: options.step }),
    };
    const path = options.all ? '/house/metrics/f_media' : '/house/metrics/media';
    const { data } = await this.#session.post(path, body);
    const raw = new Map<string, Record<string, unknown>[]>(
      options.all
        ? listOf(data).map((entry) => [String(entry['key']), listOf(entry['metrics'])])
        : listOf(objectOf(data)['metrics']).map((entry) => [
            String(entry['key']),
            [{ ...entry, index: objectOf(data)['step'] }],
          ]),
    );
    const paths = [...raw.values()].flat().flatMap((entry) => textsOf(entry['data']));
    const urls = await this.#sign('/resources/presigned/get', paths, {
      prefix: `${this.projectId}/${this.info.id}`,
    });
    return new Map(keys.map((key) => [key, (raw.get(key) ?? []).map((entry) => readMedia(entry, urls))]));
  }

  /** Console lines from `offset` on, at most a thousand at a time unless `all`. */
  async logs(
    options: { offset?: number; level?: 'INFO' | 'ERROR'; all?: boolean } = {},
  ): Promise<readonly ConsoleLine[]> {
    const { level = 'INFO', all = false } = options;
    const lines: ConsoleLine[] = [];
    for (let offset = options.offset ?? 0; ; offset += linesPerCall) {
      const { data } = await this.#session.get('/house/metrics/log', {
        projectId: this.projectId,
        experimentId: this.info.id,
        size: linesPerCall,
        epoch: offset,
        level,
        ...this.#root,
        createdAt: this.#createdAt,
      });
      const page = listOf(objectOf(data)['logs']).map(readLine);
      lines.push(...page);
      if (!all || page.length < linesPerCall) return lines;
    }
  }

  /** An address from which the console can be fetched as one file. */
  async exportLogs(options: { start?: number; rows?: number } = {}): Promise<string> {
    const rows = Math.min(options.rows ?? 500_000, 500_000);
    const body = {
      projectId: this.projectId,
      experimentId: this.info.id,
      start: options.start ?? 0,
      rows,
      ...this.#root,
      createdAt: this.#createdAt,
    };
    return this.#addressOfExport('/house/metrics/log/export', body);
  }

  /** An address from which scalar keys can be fetched as CSV. */
  async exportCsv(keys: readonly string[]): Promise<string> {
    const experimentName = this.info.name || this.info.id;
    const columns = keys.map((key) => ({ experimentName, ...this.#column(key) }));
    return this.#addressOfExport('/house/metrics/scalar/export', { projectId: this.projectId, columns });
  }

  async delete(): Promise<void> {
    await this.#session.call('DELETE', `/project/${this.#projectPath}/runs/${this.info.id}`);
  }

  async #samplePoints(
    keys: readonly string[],
    xAxis: string,
    sample: number,
  ): Promise<Map<string, CsvPoint[]>> {
    const built = ['step', 'time', 'relative_time'].includes(xAxis);
    const body = { ...this.#query(keys, built ? xAxis : 'step', sample), ...(!built && { xKey: xAxis }) };
    const { data } = await this.#session.post('/house/metrics/scalar', body);
    return new Map(
      listOf(data).map(
        (entry) => [String(entry['key']), listOf(entry['metrics']) as unknown as CsvPoint[]] as const,
      ),
    );
  }

  async #exportPoints(keys: readonly string[]): Promise<Map<string, CsvPoint[]>> {
    const { text } = await this.#session.fetchObject('GET', await this.exportCsv(keys));
    return readScalarExport(text, keys, this.info.name || this.info.id);
  }

  async #statistics(keys: readonly string[]): Promise<Map<string, Record<string, unknown>>> {
    const { data } = await this.#session.post(
      '/house/metrics/scalar/value',
      this.#query(keys, 'step', mostPoints),
    );
    return new Map(
      listOf(data).map(({ key, min, max, avg, median, latest }) => {
        const given = Object.entries({ min, max, avg, median, latest }).filter(
          ([, value]) => value !== null && value !== undefined,
        );
        return [String(key), Object.fromEntries(given)] as const;
      }),
    );
  }

  async #addressOfExport(path: string, body: object): Promise<string> {
    const cosKey = objectOf((await this.#session.post(path, body)).data)['cosKey'];
    if (typeof cosKey !== 'string' || cosKey === '') {
      throw new SwanLabError('invalid-answer', `POST /api${path} did not say where the export is`);
    }
    const url = (await this.#sign('/files/presigned/get', [cosKey], {})).get(cosKey);
    if (url === undefined) throw new SwanLabError('invalid-answer', `no address was given for ${cosKey}`);
    return url;
  }

  async #sign(path: string, paths: readonly string[], extra: object): Promise<Map<string, string>> {
    if (paths.length === 0) return new Map();
    const unique = [...new Set(paths)];
    const urls = textsOf(
      objectOf((await this.#session.post(path, { ...extra, paths: unique })).data)['urls'],
    );
    const absolute = urls.map((url) => new URL(url, this.#session.apiHost).href);
    return new Map(
      unique.flatMap((name, at) => (absolute[at] === undefined ? [] : [[name, absolute[at]] as const])),
    );
  }

  #query(keys: readonly string[], xType: string, sample: number): object {
    const columns = keys.map((key) => this.#column(key));
    return { projectId: this.projectId, xType, range: [0, 0], columns, num: Math.min(sample, mostPoints) };
  }

  #column(key: string): object {
    return { experimentId: this.info.id, key, createdAt: this.#createdAt, ...this.#root };
  }

  #experiment(): object {
    return {
      projectId: this.projectId,
      experimentId: this.info.id,
      createdAt: this.#createdAt,
      ...this.#root,
    };
  }
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

function inRange(index: number, range: MetricsOptions['range']): boolean {
  return index >= (range?.start ?? -Infinity) && index <= (range?.end ?? Infinity);
}
