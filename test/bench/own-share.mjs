/**
 * What the runner itself costs in a run that computes everything: `node test/bench/own-share.mjs`. Runs the tiny
 * configuration one step at a time in a store of its own, and holds the whole time against what the jobs took.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const store = mkdtempSync(join(tmpdir(), 'temper-bench-'));
const resultFile = join(store, 'result.json');
const args = [
  'packages/cli/bin/temper.js',
  'run',
  'alpaca-glm4',
  '-c',
  'tiny',
  '--jobs',
  '1',
  '--store',
  join(store, 'store'),
];

try {
  const runner = spawn(process.execPath, [...args, '--result-file', resultFile], {
    cwd: root,
    stdio: 'inherit',
  });
  let peak = 0;
  const watch = setInterval(() => {
    try {
      const [, kibibytes] =
        /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${runner.pid}/status`, 'utf8')) ?? [];
      peak = Math.max(peak, Number(kibibytes) * 1024);
    } catch {
      // It has just ended, or this is no Linux.
    }
  }, 50);
  const code = await new Promise((resolve) => runner.on('exit', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`the run ended with ${code}`);

  const result = JSON.parse(readFileSync(resultFile, 'utf8'));
  const events = readFileSync(join(root, '.temper', 'runs', String(result.run), 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  // From the first step on: building the Python environment is done once and is not the runner's doing.
  const first = events.find(({ type }) => type === 'step-started');
  const total = (Date.parse(events.at(-1).t) - Date.parse(first.t)) / 1000;
  const jobs = events
    .filter(({ type }) => type === 'job-ended')
    .reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(
    `runner's own share  ${(((total - jobs) / total) * 100).toFixed(1)} % of ${total.toFixed(1)} s (jobs ${jobs.toFixed(1)} s)`,
  );
  console.log(`runner's memory     ${(peak / 2 ** 20).toFixed(0)} MiB at most`);
} finally {
  rmSync(store, { recursive: true, force: true });
}
