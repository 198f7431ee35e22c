import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JobRequest } from '../job.ts';
import type { Conformance } from './index.ts';
import { isMarkAlive, until, type Rig, type RigJob } from './rig/rig.ts';

/** What a job is given, what it is kept from, and what is left of it. */
export function testIsolation({ test, createBackend, inspect }: Conformance): void {
  const startWithInput = async (rig: Rig): Promise<{ job: RigJob; source: string }> => {
    const source = join(rig.jobs, 'an artifact');
    await mkdir(source, { recursive: true });
    await writeFile(join(source, 'rows.jsonl'), '{"id":1}\n', { mode: 0o444 });
    await chmod(source, 0o555);
    const path = 'in/data';
    const input = { name: 'data', kind: 'rows', digest: '0'.repeat(64), size: 9, path, many: false, source };
    return { job: await rig.start({ inputs: [input] }), source };
  };

  test('an input is read where the request says', async (rig) => {
    const { job } = await startWithInput(rig);
    expect(await job.do({ do: 'read', path: 'in/data/rows.jsonl' })).toBe('{"id":1}\n');
  });

  test('an input cannot be written to', async (rig) => {
    const { job, source } = await startWithInput(rig);
    await job.tell({ do: 'write', path: 'in/data/rows.jsonl', text: 'mine' });
    await job.ended();
    expect(await readFile(join(source, 'rows.jsonl'), 'utf8')).toBe('{"id":1}\n');
  });

  test('without a network nothing is reached and no name resolves', async (rig) => {
    const server = createServer().listen(0, '127.0.0.1');
    try {
      const job = await rig.start();
      const { port } = server.address() as AddressInfo;
      expect(await job.do({ do: 'connect', host: '127.0.0.1', port })).not.toBe('ok');
      expect(await job.do({ do: 'connect', host: 'example.org', port: 443 })).not.toBe('ok');
    } finally {
      server.close();
    }
  });

  test('a secret reaches the job by its variable and is written nowhere', async (rig) => {
    const value = 'correct-horse-battery-staple';
    const backend = createBackend({ ...process.env, RIG_SECRET: value });
    const { request, folder } = await rig.prepare({ secretNames: ['RIG_SECRET', 'RIG_UNSET'] });
    const job = rig.adopt(request, folder, await backend.submit(request, folder));
    const seen = await job.describe();
    expect(seen.environment).toMatchObject({ RIG_SECRET: value });
    expect(seen.environment).not.toHaveProperty('RIG_UNSET');
    expect(execFileSync('ps', ['-ww', '-A', '-o', 'args='], { encoding: 'utf8' })).not.toContain(value);
    expect(await inspect(job.handle)).not.toContain(value);
    await job.succeed();
    // Except where the job itself told us.
    const files = (await filesBelow(folder)).filter((path) => !path.includes('/tmp/rig/'));
    for (const path of files) expect(await readFile(path, 'utf8'), path).not.toContain(value);
  });

  test('what a job leaves names no place and no user of this machine', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    const told = [hostname(), rig.jobs, homedir(), `"${userInfo().username}"`];
    for (const file of ['result.json', 'events.jsonl', 'log/out', 'log/err', 'log/launcher', 'heartbeat']) {
      for (const name of told) expect(job.read(file) ?? '', file).not.toContain(name);
    }
  });

  test('a memory limit that nothing enforces is refused', async (rig) => {
    expect(await rig.backend.check(asking({ memory: 2 ** 33 }))).toEqual([
      {
        reason: 'memory-limit-unsupported',
        message: 'nothing here can hold a job to 8.0 GiB of memory',
        hint: 'leave the limit out, or use a backend that runs containers',
      },
    ]);
  });

  test('a job that fills its memory ran out of memory', async (rig) => {
    const job = await rig.start({ resources: { gpus: 0, memory: 2 ** 28, seconds: null } });
    await job.tell({ do: 'fill-memory', inChild: false });
    expect((await job.ended()).result).toMatchObject({
      outcome: 'failed',
      reason: 'out-of-memory',
      message: expect.stringMatching(
        /^the kernel killed the job for want of memory; its largest process had 0\.\d\d GiB of 0\.25 GiB$/,
      ) as string,
      hint: 'lower the batch size or the length of the rows, or raise `container.memory`',
    });
    expect(existsSync('oom'), 'nothing is left where the command was started').toBe(false);
  });

  test('a job whose child fills the memory ran out of memory', async (rig) => {
    const job = await rig.start({ resources: { gpus: 0, memory: 2 ** 28, seconds: null } });
    expect(await job.do({ do: 'fill-memory', inChild: true })).toBe('SIGKILL');
    expect((await job.exit(3)).result).toMatchObject({
      outcome: 'failed',
      reason: 'out-of-memory',
      exitCode: 3,
    });
  });

  test('more GPUs than there are is refused before anything runs', async (rig) => {
    const programs = join(rig.jobs, 'programs');
    await mkdir(programs);
    const fake = '#!/bin/sh\necho "GPU 0: Rig 4090 (UUID: GPU-1)"\necho "GPU 1: Rig 4090 (UUID: GPU-2)"\n';
    await writeFile(join(programs, 'nvidia-smi'), fake, { mode: 0o755 });
    const backend = createBackend({ ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` });
    expect(await backend.check(asking({ gpus: 2 }))).toEqual([]);
    const [problem] = await backend.check(asking({ gpus: 3 }));
    expect(problem).toMatchObject({
      reason: 'not-enough-gpus',
      message: 'the job asks for 3 GPUs, and this machine has 2',
    });
  });

  test('after dispose nothing of the job is left but its folder', async (rig) => {
    const job = await rig.start();
    const mark = randomUUID();
    await job.do({ do: 'spawn', mark });
    await job.succeed();
    await rig.backend.dispose(job.handle);
    await rig.backend.dispose(job.handle);
    await until(async () => !(await isMarkAlive(mark)));
    expect(await rig.backend.list()).toEqual([]);
    expect(job.read('out/thing/made')).toBe('made');
  });
}

function asking(resources: Partial<JobRequest['resources']>): Pick<JobRequest, 'resources' | 'network'> {
  return { resources: { gpus: 0, memory: null, seconds: null, ...resources }, network: 'none' };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
