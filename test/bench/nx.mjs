/**
 * What Nx adds to a run that reuses everything: `node test/bench/nx.mjs`. Beside it stands what Nx takes to do nothing,
 * one target that runs `node -e 0` in an empty workspace, with the settings of this one and with Nx's own. Prints the
 * difference to the direct command in seconds, and all in CPU time of `node -e 0`, which a busy machine changes less.
 * Needs a finished `alpaca-glm4:tiny`; runs it first where there is none.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurn, measure, root, temper } from './measure.mjs';

const nx = [process.execPath, join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js')];
const empty = mkdtempSync(join(tmpdir(), 'temper-bench-nx-'));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('NX_') && name !== 'CI'),
);
const withDaemon = { ...environment, NX_DAEMON: 'true' };
const without = { ...environment, NX_DAEMON: 'false' };

try {
  symlinkSync(join(root, 'node_modules'), join(empty, 'node_modules'));
  const targets = { nothing: { command: 'node -e 0' } };
  writeFileSync(
    join(empty, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, nx: { targets } }),
  );
  writeFileSync(join(empty, 'nx.json'), JSON.stringify({ neverConnectToCloud: true, analytics: false }));
  writeFileSync(join(empty, '.gitignore'), 'node_modules\n.nx\n');
  copyFileSync(join(root, '.env'), join(empty, '.env'));

  const direct = [process.execPath, temper, 'run', 'alpaca-glm4', '-c', 'tiny'];
  const pipeline = [...nx, 'run', 'pipelines:alpaca-glm4:tiny'];
  const nothing = { command: [...nx, 'run', 'empty:nothing'], cwd: empty };
  const isolated = { ...without, NX_ISOLATE_PLUGINS: 'true' };
  const commands = {
    'node -e 0': { command: [process.execPath, '-e', '0'] },
    'temper run': { command: direct },
    'nx run': { command: pipeline, env: without },
    'nx run, daemon': { command: pipeline, env: withDaemon },
    'nx run, plugins isolated': { command: pipeline, env: isolated },
    'empty workspace': { ...nothing, env: without },
    'empty workspace, daemon': { ...nothing, env: withDaemon },
    'empty workspace, plugins isolated': { ...nothing, env: isolated },
  };
  for (let warm = 0; warm < 2; warm++)
    for (const { command, ...options } of Object.values(commands)) measure(command, options);

  const measured = inTurn(commands, 7);
  const bare = measured['node -e 0'];
  const base = measured['temper run'];
  for (const [name, { cpu, wall }] of Object.entries(measured)) {
    const more = wall - base.wall;
    console.log(
      `${name.padEnd(34)} ${(cpu / bare.cpu).toFixed(1).padStart(5)} × node -e 0 in CPU time  ${wall.toFixed(2)} s` +
        (more > 0 ? `, ${more.toFixed(2)} s more than temper run` : ''),
    );
  }
} finally {
  for (const cwd of [root, empty]) execFileSync(nx[0], [nx[1], 'daemon', '--stop'], { cwd, env: withDaemon });
  rmSync(empty, { recursive: true, force: true });
}
