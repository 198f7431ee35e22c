import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readGpus, sampleGpus } from './gpus.ts';

test('a line of nvidia-smi is six figures of one GPU', () => {
  expect(readGpus('0, 97, 61, 40960, 81920, 64, 412.53\n')).toEqual({
    'gpu.0.pct': 97,
    'gpu.0.mem.time': 61,
    'gpu.0.mem.value': 40960,
    'gpu.0.mem.pct': 50,
    'gpu.0.temp': 64,
    'gpu.0.power': 412.53,
  });
});

test('a figure that a card does not know is left out', () => {
  expect(readGpus('1, [N/A], [N/A], 100, 200, [Not Supported], \n')).toEqual({
    'gpu.1.mem.value': 100,
    'gpu.1.mem.pct': 50,
  });
});

test('a driver that only complains says nothing of GPUs', () => {
  expect(
    readGpus('NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.\n'),
  ).toEqual({});
});

test('without the program there are no GPUs, with it they are asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'temper-gpus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(await sampleGpus({ PATH: folder })).toEqual({});
  const program = join(folder, 'nvidia-smi');
  writeFileSync(program, "#!/bin/sh\necho '0, 1, 2, 3, 4, 5, 6'\n");
  chmodSync(program, 0o755);
  expect(await sampleGpus({ PATH: folder })).toMatchObject({ 'gpu.0.pct': 1, 'gpu.0.power': 6 });
});
