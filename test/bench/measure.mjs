/** What the benchmarks here share: a command's cost, and the middle of several. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const temper = join(root, 'packages', 'cli', 'bin', 'temper.js');

/**
 * CPU seconds (user and system, children included) as the shell accounts for them, and wall-clock seconds. Shells count
 * in hundredths, so a short command is measured several `times` in a row and divided.
 */
export function measure(command, { cwd = root, env = process.env, times = 1 } = {}) {
  const started = performance.now();
  const script = 'for _ in $ROUNDS; do "$@" >/dev/null || exit 1; done; times';
  const shell = spawnSync('sh', ['-c', script.replace('$ROUNDS', '1 '.repeat(times)), 'bench', ...command], {
    cwd,
    env,
    encoding: 'utf8',
  });
  if (shell.status !== 0) throw new Error(`${command.join(' ')} failed: ${shell.stderr}`);
  const children = shell.stdout.trim().split('\n').at(-1) ?? '';
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
  return { cpu: cpu / times, wall: (performance.now() - started) / 1000 / times };
}

/** The most memory that a Node command held at once in its own process, and what it read (on Linux), in bytes. */
export function inside(command, { cwd = root, env = process.env } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'temper-bench-'));
  const [hook, answer] = ['hook.cjs', 'answer.json'].map((name) => join(folder, name));
  const told = `process.on('exit', () => {
  const { existsSync, readFileSync, writeFileSync } = require('node:fs');
  const counters = '/proc/self/io';
  const read = existsSync(counters) ? Number(/rchar: (\\d+)/.exec(readFileSync(counters, 'utf8'))[1]) : NaN;
  const memory = process.resourceUsage().maxRSS * 1024;
  writeFileSync(${JSON.stringify(answer)}, JSON.stringify({ memory, read }));
});`;
  try {
    writeFileSync(hook, told);
    const [node, ...words] = command;
    const ended = spawnSync(node, ['--require', hook, ...words], { cwd, env, encoding: 'utf8' });
    if (ended.status !== 0) throw new Error(`${command.join(' ')} failed: ${ended.stderr}`);
    return JSON.parse(readFileSync(answer, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures commands in turn, so that a machine that slows down slows all of them; answers the medians by name. */
export function inTurn(commands, rounds) {
  const measured = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, { command, ...options }] of Object.entries(commands))
      measured[name].push(measure(command, options));
  }
  return Object.fromEntries(
    Object.entries(measured).map(([name, runs]) => [
      name,
      { cpu: median(runs.map(({ cpu }) => cpu)), wall: median(runs.map(({ wall }) => wall)) },
    ]),
  );
}

export function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}
