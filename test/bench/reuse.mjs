/**
 * What a run that reuses everything costs, held against `node -e 0` in the same run: `node test/bench/reuse.mjs`.
 * Needs a finished `alpaca-glm4:tiny`; runs it first where there is none.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const temper = join(root, 'packages', 'cli', 'bin', 'temper.js');
const rounds = 11;

const commands = {
  'node -e 0': [process.execPath, '-e', '0'],
  'temper run, all reused': [process.execPath, temper, 'run', 'alpaca-glm4', '-c', 'tiny'],
  'temper plan, all reused': [process.execPath, temper, 'plan', 'alpaca-glm4', '-c', 'tiny'],
};

/** CPU seconds (user and system, children included) as the shell accounts for them, and wall-clock seconds. */
function measure(command) {
  const started = performance.now();
  const shell = spawnSync('sh', ['-c', '"$@" >/dev/null || exit 1; times', 'bench', ...command], {
    cwd: root,
    encoding: 'utf8',
  });
  if (shell.status !== 0) throw new Error(`${command.join(' ')} failed: ${shell.stderr}`);
  const children = shell.stdout.trim().split('\n').at(-1) ?? '';
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
  return { cpu, wall: (performance.now() - started) / 1000 };
}

function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}

// The first run may compute, and the second remembers.
for (let warm = 0; warm < 2; warm++) measure(commands['temper run, all reused']);
const measured = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
// In turn, so that a machine that slows down slows all of them.
for (let round = 0; round < rounds; round++) {
  for (const [name, command] of Object.entries(commands)) measured[name].push(measure(command));
}
const bare = median(measured['node -e 0'].map(({ cpu }) => cpu));
for (const [name, runs] of Object.entries(measured)) {
  const cpu = median(runs.map((run) => run.cpu));
  const wall = median(runs.map((run) => run.wall));
  console.log(
    `${name.padEnd(26)} ${(cpu / bare).toFixed(2)} × node -e 0 in CPU time  (${cpu.toFixed(3)} s CPU, ${wall.toFixed(3)} s)`,
  );
}

/** What Nx adds to the direct command, in seconds. */
const nx = median(
  Array.from({ length: 5 }, () => measure(['npx', 'nx', 'run', 'pipelines:alpaca-glm4:tiny']).wall),
);
console.log(
  `nx run adds                ${(nx - median(measured['temper run, all reused'].map(({ wall }) => wall))).toFixed(2)} s`,
);
