/**
 * The SwanLab client in figures, and the official client beside it on the same fixture server in the same run:
 *
 *     npx esbuild test/bench/swanlab.ts --bundle --platform=node --format=esm --conditions=@temper/source \
 *       --outfile=node_modules/.cache/swanlab-bench.mjs && node node_modules/.cache/swanlab-bench.mjs
 *
 * TEMPER_SWANLAB_PYTHON names a Python that imports swanlab 0.10.3; without it the ratios are left out. Ends with 1 where a
 * bound is missed.
 */
import type { ChildProcess } from 'node:child_process';
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger, SwanLabClient } from '../../packages/swanlab-http/src/index.ts';
import type { FixtureServer } from '../../packages/swanlab-http/test/support/fixture-server.ts';
import { startFixture } from '../../packages/swanlab-http/test/support/fixture-server.ts';

const points = 25_000;
const flood = 1_000_000;
const floodKeys = 10;
const rounds = 5;
const python = process.env['TEMPER_SWANLAB_PYTHON'];
const root = process.cwd();
const self = fileURLToPath(import.meta.url);

type Counts = FixtureServer['counts'];

/** A server in a process of its own, so that it neither helps nor hinders what is measured. */
async function serve(): Promise<{ url: string; ask: (what: string) => Promise<Counts>; end: () => void }> {
  const child = fork(self, ['serve']);
  const next = <Value>() =>
    new Promise<Value>((resolve) => child.once('message', (message) => resolve(message as Value)));
  const url = await next<string>();
  const ask = (what: string) => {
    const answer = next<Counts>();
    child.send(what);
    return answer;
  };
  return { url, ask, end: () => child.disconnect() };
}

async function beServer(): Promise<void> {
  const server = await startFixture({ keep: false });
  process.on('message', (what) => {
    server.faults.length = 0;
    if (what === 'down') server.faults.push({ prefix: '/api/house/metrics', status: 503 });
    process.send?.({ ...server.counts });
  });
  process.on('disconnect', () => void server.close());
  process.send?.(server.url);
}

function clientFor(url: string, folder: string): SwanLabClient {
  const environment = { SWANLAB_ROOT: join(folder, 'home') };
  return new SwanLabClient({
    host: url,
    apiKey: 'test-key-0001',
    environment,
    workingDirectory: folder,
    logger: silentLogger,
  });
}

const roles: Record<string, (url: string, folder: string) => Promise<unknown>> = {
  async points(url, folder) {
    const run = await clientFor(url, folder).init({ project: 'fixture-proj', metadata: 'none' });
    for (let value = 0; value < points; value += 1) run.log({ m: value });
    return { complete: (await run.finish()).complete };
  },

  /** A million points while nothing gets through, then everything once it does. */
  async flood(url, folder) {
    const client = clientFor(url, folder);
    const run = await client.init({ project: 'fixture-proj', metadata: 'none' });
    for (let value = 0; value < flood / floodKeys; value += 1) {
      const data: Record<string, number> = {};
      for (let key = 0; key < floodKeys; key += 1) data[`train/metric-${key}`] = value + key / 7;
      run.log(data);
      // As a training does, which waits for its GPU between two steps.
      if (value % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const report = await run.finish('success', { timeoutMs: 3000 });
    return {
      pending: report.pending.scalar,
      dropped: report.dropped.length,
      resident: process.resourceUsage().maxRSS / 1024,
      folder: report.folder,
    };
  },

  async sync(url, folder) {
    const report = await clientFor(url, folder).syncFolder(process.argv[5] as string);
    return {
      uploaded: report.uploaded.scalar,
      complete: report.complete,
      resident: process.resourceUsage().maxRSS / 1024,
    };
  },

  async cost(url, folder) {
    const run = await clientFor(url, folder).init({ project: 'fixture-proj', metadata: 'none' });
    const calls = 200_000;
    for (let value = 0; value < 20_000; value += 1) run.log({ 'train/loss': value });
    const begun = performance.now();
    for (let value = 0; value < calls; value += 1) run.log({ 'train/loss': value });
    const microseconds = ((performance.now() - begun) * 1000) / calls;
    await run.finish();
    return { microseconds };
  },
};

function play<Result>(role: string, url: string, folder: string, ...extra: string[]): Promise<Result> {
  const child: ChildProcess = fork(self, [role, url, folder, ...extra]);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Result));
    child.once('exit', (code) =>
      code === 0 ? undefined : reject(new Error(`${role} ended with ${String(code)}`)),
    );
  });
}

function playOfficial(url: string, folder: string): void {
  const job = join(folder, 'many.json');
  const steps = [{ op: 'many', key: 'm', count: points }];
  writeFileSync(job, JSON.stringify({ init: { project: 'fixture-proj' }, steps }));
  const probes = ['HARDWARE', 'REQUIREMENTS', 'GIT', 'MONITOR', 'CONDA'];
  execFileSync(python as string, [join(root, 'packages/swanlab-http/test/official/driver.py'), job], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      SWANLAB_API_KEY: 'test-key-0001',
      SWANLAB_API_HOST: url,
      SWANLAB_ROOT: join(folder, 'home'),
      SWANLAB_LOG_DIR: join(folder, 'swanlog'),
      SWANLAB_TERMINAL_PROXY_TYPE: 'none',
      ...Object.fromEntries(probes.map((name) => [`SWANLAB_PROBE_${name}`, 'false'] as const)),
    },
  });
}

const median = (values: number[]) =>
  values.sort((one, other) => one - other)[Math.floor(values.length / 2)] as number;

interface Measured {
  readonly seconds: number;
  readonly bytesPerPoint: number;
}

type Program = (url: string, folder: string) => Promise<unknown>;

/**
 * From the first request to the end of the run, as the server sees it. The programs take turns, so that what else the
 * machine does meets them alike.
 */
async function measure(programs: readonly Program[]): Promise<readonly Measured[]> {
  const seen = programs.map(() => ({ seconds: [] as number[], bytes: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, run] of programs.entries()) {
      await withFolder(async (folder) => {
        const server = await serve();
        await run(server.url, folder);
        const counts = await server.ask('counts');
        server.end();
        if (counts.points !== points) throw new Error(`${counts.points} of ${points} points arrived`);
        seen[at]?.seconds.push((counts.ended - counts.begun) / 1000);
        seen[at]?.bytes.push(counts.metricBytes / counts.points);
      });
    }
  }
  return seen.map(({ seconds, bytes }) => ({ seconds: median(seconds), bytesPerPoint: median(bytes) }));
}

async function withFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), 'swanlab-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let missed = false;
function say(what: string, value: string, bound?: boolean): void {
  if (bound === false) missed = true;
  process.stdout.write(
    `${what.padEnd(62)} ${value.padStart(14)}${bound === undefined ? '' : bound ? '  ok' : '  MISSED'}\n`,
  );
}

async function main(): Promise<void> {
  const official: Program = (url, folder) => {
    playOfficial(url, folder);
    return Promise.resolve();
  };
  const programs: readonly Program[] = [(url, folder) => play('points', url, folder)];
  const measured = await measure(python === undefined ? programs : [...programs, official]);
  const [ours, theirs] = measured as readonly [Measured, Measured | undefined];
  say('25,000 points from login to FINISHED, ours', `${ours.seconds.toFixed(3)} s`);
  say('bytes a point on the wire, ours', ours.bytesPerPoint.toFixed(1));
  if (theirs !== undefined) {
    say('25,000 points from login to FINISHED, official', `${theirs.seconds.toFixed(3)} s`);
    say('bytes a point on the wire, official', theirs.bytesPerPoint.toFixed(1));
    const ratio = ours.seconds / theirs.seconds;
    say('time, ours / official (at most 0.5)', ratio.toFixed(3), ratio <= 0.5);
    const weight = ours.bytesPerPoint / theirs.bytesPerPoint;
    say('bytes, ours / official (at most 1)', weight.toFixed(3), weight <= 1);
  } else say('the official client', 'not at hand');

  await withFolder(async (folder) => {
    const server = await serve();
    await server.ask('down');
    const kept = await play<{ pending: number; dropped: number; resident: number; folder: string }>(
      'flood',
      server.url,
      folder,
    );
    say(
      '1,000,000 points with the server down: resident (at most 200)',
      `${kept.resident.toFixed(0)} MB`,
      kept.resident <= 200,
    );
    say('  points kept in the spool', String(kept.pending), kept.pending === flood && kept.dropped === 0);
    await server.ask('up');
    const sent = await play<{ uploaded: number; resident: number }>('sync', server.url, folder, kept.folder);
    const { points: arrived } = await server.ask('counts');
    say(
      '  points that arrived once it was up',
      String(arrived),
      arrived === flood && sent.uploaded === flood,
    );
    say('  resident while they were sent', `${sent.resident.toFixed(0)} MB`);
    server.end();
  });

  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await withFolder(async (folder) => {
      const server = await serve();
      costs.push((await play<{ microseconds: number }>('cost', server.url, folder)).microseconds);
      server.end();
    });
  }
  say('one log() to its caller (at most 5)', `${median(costs).toFixed(2)} us`, median(costs) <= 5);
  process.exitCode = missed ? 1 : 0;
}

const [, , role, url = '', folder = ''] = process.argv;
if (role === undefined) await main();
else if (role === 'serve') await beServer();
else {
  const play = roles[role];
  if (play !== undefined) process.send?.(await play(url, folder));
  process.disconnect();
}
