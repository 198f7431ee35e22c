/**
 * Downloads in figures: files of four sizes from loopback, verified and stored, against `curl -o` of the same file
 * onto the same disk in the same run; and the memory that 5 GB need. Neither flushes what it wrote to the disk: in a run
 * of Temper the store does that once, when the step's result is published.
 *
 *     npx esbuild test/bench/hub.ts --bundle --platform=node --format=esm --conditions=@temper/source \
 *       --outfile=node_modules/.cache/hub-bench.mjs && node node_modules/.cache/hub-bench.mjs [FOLDER]
 *
 * FOLDER, by default the system's for temporary files, says on which disk. Ends with 1 where a bound is missed.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { download } from '../../packages/hub/src/index.ts';
import { startHub } from '../rig/hub/index.ts';

const sizes = [200_000_000, 500_000_000, 1_000_000_000, 2_000_000_000];
const largest = 5_000_000_000;
const rounds = 5;
const leastShare = 0.7;
const mostResident = 200_000_000;
const repo = 'bench/zeros';

interface Served {
  readonly environment: Record<string, string>;
  readonly endpoint: string;
}

interface Measured {
  readonly seconds: number;
  readonly resident: number;
}

/** What a child of this file does; each has a process of its own, so that neither helps nor hinders the other. */
const roles: Record<string, (...parameters: string[]) => Promise<unknown>> = {
  async serve(): Promise<Served> {
    const hub = await startHub();
    for (const bytes of [...sizes, largest]) {
      hub.push(`${repo}-${bytes}`, { 'zeros.bin.parquet': { zeros: bytes, sha256: digestOfZeros(bytes) } });
    }
    process.once('disconnect', () => void hub.close());
    return { environment: { ...hub.environment }, endpoint: hub.endpoint };
  },

  async download(bytes = '', into = '', environment = ''): Promise<Measured> {
    const variables = JSON.parse(environment) as Record<string, string>;
    const started = performance.now();
    await download({ repo: `${repo}-${bytes}` }, into, { environment: variables });
    const seconds = (performance.now() - started) / 1000;
    return { seconds, resident: process.resourceUsage().maxRSS * 1024 };
  },
};

function digestOfZeros(bytes: number): string {
  const sha256 = createHash('sha256');
  const block = Buffer.alloc(8 * 1024 * 1024);
  for (let left = bytes; left > 0; left -= block.length)
    sha256.update(block.subarray(0, Math.min(left, block.length)));
  return sha256.digest('hex');
}

function begin(role: string, ...parameters: string[]): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [role, ...parameters]);
}

async function ask<Answer>(child: ChildProcess): Promise<Answer> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the measurement ended with ${String(code)}`);
  });
  const [answer] = (await Promise.race([once(child, 'message'), failed])) as [Answer];
  failed.catch(() => undefined);
  return answer;
}

async function measureDownload(bytes: number, folder: string, served: Served): Promise<Measured> {
  const into = join(folder, 'ours');
  const child = begin('download', String(bytes), into, JSON.stringify(served.environment));
  const measured = await ask<Measured>(child);
  if (child.connected) child.disconnect();
  await rm(into, { recursive: true });
  return measured;
}

async function measureCurl(bytes: number, folder: string, served: Served): Promise<number> {
  const target = join(folder, 'curl');
  const address = `${served.endpoint}/${repo}-${bytes}/resolve/main/zeros.bin.parquet`;
  const started = performance.now();
  await promisify(execFile)('curl', ['--silent', '--fail', '--location', '--output', target, address]);
  const seconds = (performance.now() - started) / 1000;
  await rm(target);
  return seconds;
}

/** The least that verifying takes: the digest of as many bytes that are in memory, with a core to itself. */
function measureDigest(bytes: number): number {
  const started = performance.now();
  digestOfZeros(bytes);
  return (performance.now() - started) / 1000;
}

const median = (values: number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
const rate = (bytes: number, seconds: number) => `${Math.round(bytes / seconds / 1e6)} MB/s`;

/** Turn by turn, so that whatever else the machine does falls upon both. */
async function shareOfCurl(bytes: number, folder: string, served: Served): Promise<number> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(await measureCurl(bytes, folder, served));
    ours.push((await measureDownload(bytes, folder, served)).seconds);
    const [curl = 0, temper = 0] = [theirs.at(-1), ours.at(-1)];
    console.log(`  round ${round + 1}: curl ${rate(bytes, curl)}, ours ${rate(bytes, temper)}`);
  }
  const share = median(theirs) / median(ours);
  console.log(
    `${bytes / 1e6} MB, verified and stored: ${Math.round(share * 100)} % of curl (at least ${leastShare * 100} %); ` +
      `SHA-256 alone: ${Math.round((median(theirs) / measureDigest(bytes)) * 100)} % of curl`,
  );
  return share;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'temper-hub-bench-'));
  const server = begin('serve');
  try {
    const served = await ask<Served>(server);
    let least = Infinity;
    for (const bytes of sizes) least = Math.min(least, await shareOfCurl(bytes, folder, served));
    const { resident, seconds } = await measureDownload(largest, folder, served);
    console.log(
      `5 GB: ${rate(largest, seconds)}, ${Math.round(resident / 1e6)} MB resident (at most ${mostResident / 1e6} MB)`,
    );
    process.exitCode = least >= leastShare && resident <= mostResident ? 0 : 1;
  } finally {
    server.kill();
    await rm(folder, { recursive: true });
  }
}

const [, , name = '', ...parameters] = process.argv;
const role = process.send === undefined ? undefined : roles[name];
if (role === undefined) await main();
else process.send?.(await role(...parameters));
