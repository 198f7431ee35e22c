/**
 * What a run that reuses everything costs, held against `node -e 0` in the same run: `node test/bench/reuse.mjs`.
 * Needs a finished `alpaca-glm4:tiny`; runs it first where there is none.
 */
import { inTurn, measure, temper } from './measure.mjs';

const tiny = ['alpaca-glm4', '-c', 'tiny'];
const times = 5;
const commands = {
  'node -e 0': { command: [process.execPath, '-e', '0'], times },
  'temper run, all reused': { command: [process.execPath, temper, 'run', ...tiny], times },
  'temper plan, all reused': { command: [process.execPath, temper, 'plan', ...tiny], times },
};

// The first run may compute, and the second remembers.
for (let warm = 0; warm < 2; warm++) measure(commands['temper run, all reused'].command);
const measured = inTurn(commands, 11);
const bare = measured['node -e 0'];
for (const [name, { cpu, wall }] of Object.entries(measured)) {
  console.log(
    `${name.padEnd(24)} ${(cpu / bare.cpu).toFixed(2)} × node -e 0 in CPU time  (${cpu.toFixed(3)} s CPU, ${wall.toFixed(3)} s)`,
  );
}
