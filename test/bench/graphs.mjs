/**
 * What long and wide pipelines cost that reuse everything, held against `node -e 0` in the same run, and what the runner
 * itself takes for a step that it does not: `node test/bench/graphs.mjs [STEPS...]`, by default 1000 and 10000 of them.
 * Their results are made in one process, without jobs, and so what that takes is the runner's own. TMPDIR chooses the
 * file system.
 */
import { inside, inTurn, measure, temper } from './measure.mjs';
import { fill, makeWorkspace } from './workspace.mjs';

const shapes = {
  chain: (steps) => `import { pipeline } from '@temper/pipeline';
import { link } from '../stages/link/stage.ts';
let { thing: last } = link({}, { n: 0 }, { as: 'n0' });
for (let n = 1; n < ${steps}; n++) last = link({ before: last }, { n }, { as: 'n' + n }).thing;
export default pipeline({ last });
`,
  'fan-out': (steps) => `import { pipeline } from '@temper/pipeline';
import { link } from '../stages/link/stage.ts';
const { thing: first } = link({}, { n: 0 }, { as: 'n0' });
const all: Record<string, typeof first> = {};
for (let n = 1; n < ${steps}; n++) all['n' + n] = link({ before: first }, { n }, { as: 'n' + n }).thing;
export default pipeline(all);
`,
};

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000, 10_000];
for (const steps of sizes) {
  for (const [shape, source] of Object.entries(shapes)) {
    const bench = makeWorkspace({ graph: source(steps) });
    try {
      const { seconds } = await fill(bench, 'graph');
      const command = [process.execPath, temper, 'run', 'graph'];
      // The first run looks at all results, and the second remembers.
      const first = measure(command, bench.options);
      measure(command, bench.options);
      const { 'node -e 0': bare, reused } = inTurn(
        {
          'node -e 0': { command: [process.execPath, '-e', '0'], times: 5 },
          reused: { command, ...bench.options, times: steps > 1000 ? 1 : 3 },
        },
        9,
      );
      const mebibytes = inside(command, bench.options).memory / 2 ** 20;
      console.log(
        `${`${shape} of ${steps}`.padEnd(18)} ${(reused.cpu / bare.cpu).toFixed(2)} × node -e 0 in CPU time, ` +
          `${mebibytes.toFixed(0)} MiB  (${reused.cpu.toFixed(3)} s CPU, ${reused.wall.toFixed(3)} s; ` +
          `before it remembered ${first.wall.toFixed(1)} s); ` +
          `made at ${((seconds / steps) * 1000).toFixed(1)} ms of the runner's own a step`,
      );
    } finally {
      bench.dispose();
    }
  }
}
