import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { execa } from 'execa';
import { expect } from 'vitest';
import type { Handle } from '../backend.ts';
import type { JobRequest } from '../job.ts';
import { thisOwner } from '../process/identity.ts';
import type { Conformance } from './index.ts';
import type { Rig } from './rig/rig.ts';
import type { RunnerOrder } from './rig/runner.ts';
import { isMarkAlive, until } from './rig/rig.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** A job outlives its runner, is found again, and is never there twice. */
export function testRunnerDeath({ test, module, tools, killEvery }: Conformance): void {
  let bundled: Promise<string> | undefined;
  const runner = async (rig: Rig, folder: string, dieAt = 0): Promise<Ran> => {
    const script = await (bundled ??= bundleRunner(module, tools()));
    const order: RunnerOrder = { tools: tools(), jobs: rig.jobs, folder, dieAt };
    const { stdout, signal } = await execa(process.execPath, [script, JSON.stringify(order)], {
      reject: false,
    });
    return { stdout, signal };
  };

  test('a runner that is killed at any call while it submits leaves one job or none', async (rig) => {
    for (let dieAt = 1; ; dieAt += killEvery) {
      const { request, folder } = await rig.prepare();
      const dead = await runner(rig, folder, dieAt);
      const job = rig.adopt(request, folder, await rig.backend.submit(request, folder));
      expect((await job.succeed()).result, `killed at call ${String(dieAt)}`).toMatchObject({
        outcome: 'succeeded',
      });
      expect(job.lives()).toBe(1);
      if (dead.signal === undefined) break;
    }
  });

  test('a job whose runner is gone goes on, and another runner collects it', async (rig) => {
    const { request, folder } = await rig.prepare();
    const handle = handleOf(await runner(rig, folder));
    const job = rig.adopt(request, folder, handle);
    expect(await rig.backend.status(handle)).toBe('running');
    for (const output of request.outputs)
      await job.do({ do: 'write', path: `${output.path}/made`, text: 'made' });
    await job.tell({ do: 'exit', code: 0 });
    await until(async () => (await rig.backend.status(handle)) === 'ended');
    expect(await rig.backend.submit(request, folder)).toEqual(handle);
    expect((await rig.backend.collect(handle)).result).toMatchObject({ outcome: 'succeeded' });
  });

  test('submitting again is finding again', async (rig) => {
    const job = await rig.start();
    expect(await rig.backend.submit(job.request, job.folder)).toEqual(job.handle);
    await job.succeed();
    expect(await rig.backend.submit(job.request, job.folder)).toEqual(job.handle);
    expect(job.lives()).toBe(1);
  });

  test('of runners that submit at once one wins, and all find the same job', async (rig) => {
    const { request, folder } = await rig.prepare();
    const results = await Promise.all([1, 2, 3].map(() => runner(rig, folder)));
    const ids = results.map((result) => handleOf(result).nativeId);
    expect(new Set(ids).size).toBe(1);
    const job = rig.adopt(request, folder, handleOf(results[0]));
    await job.succeed();
    expect(job.lives()).toBe(1);
  });

  test('a folder that holds another job is not taken over', async (rig) => {
    const job = await rig.start();
    const other: JobRequest = { ...job.request, jobId: 'another' };
    await expect(rig.backend.submit(other, job.folder)).rejects.toThrow('is taken by attempt 1 of job rig-');
  });

  test('a launcher that is killed loses the job, and what it started ends', async (rig) => {
    const job = await rig.start();
    const mark = randomUUID();
    await job.do({ do: 'spawn', mark });
    await until(() => isMarkAlive(mark));
    process.kill(await rig.launcherOf(job), 'SIGKILL');
    const { result, disagreement } = await job.ended();
    expect(result).toMatchObject({ outcome: 'failed', reason: 'lost' });
    expect(disagreement).toContain('ended without a result');
    await until(async () => !(await isMarkAlive(mark)));
    expect((await (await rig.again(job)).succeed()).result).toMatchObject({
      outcome: 'succeeded',
      attempt: 2,
    });
  });

  test('jobs are listed for their owner, and those of others are left alone', async (rig) => {
    const job = await rig.start();
    const foreign = join(rig.jobs, 'foreign', 'job');
    await mkdir(foreign, { recursive: true });
    await writeFile(join(foreign, 'handle.json'), JSON.stringify({ ...job.handle, backend: 'another' }));
    writeFileSync(join(dirname(foreign), 'stray'), '');
    expect(await rig.backend.list()).toEqual([job.handle]);
    expect(await rig.backend.list(await thisOwner())).toEqual([job.handle]);
    expect(await rig.backend.list('elsewhere:0:1:1')).toEqual([]);
  });
}

interface Ran {
  readonly stdout: string;
  readonly signal: string | undefined;
}

function handleOf(ran: Ran | undefined): Handle {
  return JSON.parse(ran?.stdout ?? '') as Handle;
}

async function bundleRunner(module: string, tools: string): Promise<string> {
  const outfile = join(tools, 'runner.mjs');
  const contents = [
    `import { createBackend } from ${JSON.stringify(module)};`,
    `import { runRunner } from ${JSON.stringify(join(here, 'rig/runner.ts'))};`,
    'await runRunner(createBackend);',
  ].join('\n');
  await build({
    stdin: { contents, resolveDir: here },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['esbuild'],
    conditions: ['@temper/source'],
    logLevel: 'error',
    // Some packages that come along are CommonJS and ask for Node's modules by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}
