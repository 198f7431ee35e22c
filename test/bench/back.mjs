/**
 * What coming back costs: `node test/bench/back.mjs [BYTES]`, by default results of 620 MB. An edit and its way back, a
 * second checkout beside the same store, results whose folders were deleted, and the disk that all of it takes. Each
 * stands beside `node -e 0` in the same run. TMPDIR chooses the file system.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, median, temper } from './measure.mjs';
import { makeWorkspace } from './workspace.mjs';

const bytes = Number(process.argv[2] ?? 620e6);
const files = 8;
const rounds = 5;

const pipeline = (n) => `import { pipeline } from '@temper/pipeline';
import { large } from '../stages/large/stage.ts';
import { link } from '../stages/link/stage.ts';
const { thing: weights } = large({ files: ${files}, bytes: ${Math.round(bytes / files)} });
let { thing: last } = link({ before: weights }, { n: ${n} }, { as: 'n0' });
for (let n = 1; n < 9; n++) last = link({ before: last }, { n }, { as: 'n' + n }).thing;
export default pipeline({ weights, last });
`;

const bench = makeWorkspace({ back: pipeline(1) });
const source = join(bench.workspace, 'pipelines', 'back.ts');
const result = join(bench.folder, 'result.json');
const command = [process.execPath, temper, 'run', 'back', '--result-file', result];

/** A run that must find everything done. */
function reused(options = bench.options) {
  const cost = measure(command, options);
  const ran = JSON.parse(readFileSync(result, 'utf8')).steps.filter(({ outcome }) => outcome !== 'reused');
  if (ran.length > 0) throw new Error(`${ran.length} steps were not reused`);
  return cost;
}

/** The median of several, each after what it comes back from. */
function several(prepare, options) {
  const costs = Array.from({ length: rounds }, () => {
    prepare();
    return reused(options);
  });
  return { cpu: median(costs.map(({ cpu }) => cpu)), wall: median(costs.map(({ wall }) => wall)) };
}

/** What the folder of the workspace and the store take, each file counted once however many names it has. */
function disk() {
  return Number(execFileSync('du', ['-s', '-B1', bench.folder], { encoding: 'utf8' }).split('\t')[0]);
}

try {
  const before = disk();
  measure(command, bench.options);
  const taken = disk() - before;

  const edit = (n) => {
    writeFileSync(source, pipeline(n));
  };
  edit(2);
  measure(command, bench.options);
  let other = 2;
  const rows = {
    'an edit and back': several(() => {
      other = 3 - other;
      edit(other);
    }),
  };

  const second = join(bench.folder, 'second');
  const there = { ...bench.options, cwd: second };
  rows['a second checkout'] = several(() => {
    rmSync(second, { recursive: true, force: true });
    cpSync(bench.workspace, second, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/[/](output|[.]temper)$/.test(path),
    });
  }, there);

  const remove = (...path) => rmSync(join(...path), { recursive: true, force: true });
  rows['output/ deleted'] = several(() => {
    remove(bench.workspace, 'output');
  });
  rows['output/ and the trees of the store deleted'] = several(() => {
    remove(bench.workspace, 'output');
    remove(bench.store, 'trees');
  });

  const bare = measure([process.execPath, '-e', '0'], { times: 5 });
  for (const [what, { cpu, wall }] of Object.entries(rows))
    console.log(
      `${what.padEnd(43)} ${(cpu / bare.cpu).toFixed(1).padStart(5)} × node -e 0 in CPU time  (${cpu.toFixed(3)} s CPU, ${wall.toFixed(3)} s)`,
    );
  console.log(
    `${(bytes / 1e6).toFixed(0)} MB of results take ${(taken / bytes).toFixed(2)} × their size on the disk`,
  );
} finally {
  bench.dispose();
}
