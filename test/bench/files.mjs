/**
 * What large inputs cost: `node test/bench/files.mjs [MANY] [BYTES]`, by default a folder of 100,000 small files and one
 * file of 4 GiB. Each stands beside the same work done plainly: file after file read and hashed, without a plan around it.
 * TMPDIR chooses the file system.
 */
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { inside, inTurn, measure, temper } from './measure.mjs';
import { fill, makeWorkspace } from './workspace.mjs';

const [many, bytes] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 4 * 2 ** 30)];
const megabyte = 2 ** 20;

const inputs = {
  folder: {
    what: `${many} files`,
    write(path) {
      for (let n = 0; n < many; n++) {
        if (n % 1000 === 0) mkdirSync(join(path, String(n / 1000)), { recursive: true });
        writeFileSync(join(path, String(Math.floor(n / 1000)), `${n}.txt`), `${'line '.repeat(40)}${n}\n`);
      }
    },
    plainly: `const { readdirSync, readFileSync } = require('node:fs');
const { createHash } = require('node:crypto');
for (const folder of readdirSync('input')) for (const name of readdirSync('input/' + folder))
  createHash('sha256').update(readFileSync('input/' + folder + '/' + name)).digest('hex');`,
  },
  file: {
    what: `${(bytes / 2 ** 30).toFixed(1)} GiB in one file`,
    write(path) {
      const file = openSync(path, 'w');
      const block = Buffer.alloc(megabyte);
      for (let at = 0; at < bytes; at += megabyte) {
        randomFillSync(block, 0, 4096);
        writeSync(file, block);
      }
      closeSync(file);
    },
    plainly: `const { openSync, readSync } = require('node:fs');
const hash = require('node:crypto').createHash('sha256');
const [file, buffer] = [openSync('input', 'r'), Buffer.allocUnsafe(256 * 1024)];
for (let read; (read = readSync(file, buffer)) > 0; ) hash.update(buffer.subarray(0, read));
hash.digest('hex');`,
  },
};

for (const [type, { what, write, plainly }] of Object.entries(inputs)) {
  const bench = makeWorkspace({
    outside: `import { pipeline } from '@temper/pipeline';
import { look } from '../stages/look/stage.ts';
const { thing } = look({ type: '${type}', path: 'input' });
export default pipeline({ thing });
`,
  });
  try {
    write(join(bench.workspace, 'input'));
    // What changed a moment ago is read again.
    await new Promise((done) => setTimeout(done, 2500));
    await fill(bench, 'outside');
    const command = (verb) => [process.execPath, temper, verb, 'outside'];
    const forgetting = ['sh', '-c', 'rm -f .temper/index/stats && exec "$@"', 'sh'];

    // The plan that follows has no memory of the run, but of the files.
    const reading = inTurn(
      {
        plainly: { command: [process.execPath, '-e', plainly], ...bench.options },
        first: { command: [...forgetting, ...command('plan')], ...bench.options },
        again: { command: command('plan'), ...bench.options },
      },
      5,
    );
    const own = {
      cpu: reading.first.cpu - reading.again.cpu,
      wall: reading.first.wall - reading.again.wall,
    };
    const again = inside(command('plan'), bench.options);
    rmSync(join(bench.workspace, '.temper', 'index', 'stats'));
    const first = inside(command('plan'), bench.options);

    for (let warm = 0; warm < 2; warm++) measure(command('run'), bench.options);
    const { bare, reused } = inTurn(
      {
        bare: { command: [process.execPath, '-e', '0'], times: 5 },
        reused: { command: command('run'), ...bench.options },
      },
      9,
    );
    const memory = inside(command('run'), bench.options);
    const size = (count) => `${(count / megabyte).toFixed(0)} MiB`;
    const share = (time) => `${((reading.plainly[time] / own[time]) * 100).toFixed(0)} %`;
    console.log(`${what}
  first   ${(reading.first.cpu / reading.plainly.cpu).toFixed(2)} × what reading and hashing take by themselves, in CPU time (${reading.first.wall.toFixed(2)} s to ${reading.plainly.wall.toFixed(2)} s), ${size(first.memory)}
          its reading alone has ${share('wall')} of their speed, ${share('cpu')} in CPU time
  again   ${(reading.again.cpu / reading.plainly.cpu).toFixed(2)} × of it, ${size(again.memory)}; ${size(again.read)} read after ${size(first.read)}
  reused  ${(reused.cpu / bare.cpu).toFixed(2)} × node -e 0 in CPU time, ${size(memory.memory)}  (${reused.cpu.toFixed(3)} s CPU, ${reused.wall.toFixed(3)} s)`);
  } finally {
    bench.dispose();
  }
}
