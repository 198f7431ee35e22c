import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JobResult } from '../job.ts';
import type { Conformance } from './index.ts';
import type { Rig } from './rig/rig.ts';
import type { Step } from './rig/steps.ts';

/** What a job may leave in its outputs, and what is refused by name. */
export function testOutputs({ test }: Conformance): void {
  const afterSteps = async (rig: Rig, ...steps: Step[]): Promise<JobResult> => {
    const job = await rig.start();
    for (const step of steps) await job.do(step);
    const { result, disagreement } = await job.exit(0);
    expect(disagreement).toBeUndefined();
    return result;
  };
  const made: Step = { do: 'write', path: 'out/thing/made', text: 'made' };

  test('an output that was not written is named', async (rig) => {
    expect(await afterSteps(rig)).toMatchObject({
      outcome: 'failed',
      reason: 'code',
      message: "the job ended well but wrote nothing into its output 'thing' (out/thing/)",
      outputs: [],
    });
  });

  test('a file in the place of an output is refused', async (rig) => {
    const job = await rig.start();
    await job.do(made);
    rmSync(join(job.folder, 'out/thing'), { recursive: true });
    await job.do({ do: 'write', path: 'out/thing', text: 'made' });
    const { result } = await job.exit(0);
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: 'code',
      message: "the job made a file of its output 'thing' (out/thing), which is a folder",
    });
  });

  test('an output that nobody declared is named', async (rig) => {
    expect(await afterSteps(rig, made, { do: 'write', path: 'out/extra/made', text: '' })).toMatchObject({
      outcome: 'failed',
      message: "the job wrote 'out/extra', which is none of its outputs (out/thing)",
    });
  });

  test('a symbolic link in an output is refused', async (rig) => {
    const link: Step = { do: 'link', path: 'out/thing/link', target: '/etc/hostname' };
    expect(await afterSteps(rig, made, link)).toMatchObject({
      outcome: 'failed',
      message: "'out/thing/link' is a symbolic link; outputs are made of regular files",
    });
  });

  test('a FIFO in an output is refused and not read', async (rig) => {
    expect(await afterSteps(rig, made, { do: 'fifo', path: 'out/thing/pipe' })).toMatchObject({
      outcome: 'failed',
      message: "'out/thing/pipe' is a FIFO; outputs are made of regular files",
    });
  });

  test('ten thousand files are counted', async (rig) => {
    const job = await rig.start();
    const names = Array.from(
      { length: 10_000 },
      (_, index) => `out/thing/${String(index % 100)}/${String(index)}`,
    );
    for (let folder = 0; folder < 100; folder++) mkdirSync(join(job.folder, 'out/thing', String(folder)));
    for (const name of names) writeFileSync(join(job.folder, name), 'x');
    const { result } = await job.exit(0);
    expect(result.outputs).toEqual([{ name: 'thing', path: 'out/thing', files: 10_000, bytes: 10_000 }]);
  });

  test('outputs belong to whoever runs the job', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    expect(lstatSync(join(job.folder, 'out/thing/made')).uid).toBe(process.getuid?.());
  });
}
