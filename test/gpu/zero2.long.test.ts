import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEnvironmentManager } from '@temper/backend';
import { environmentIdentity } from '@temper/fingerprint';
import { trlGpu } from '@temper/trl-backend';
import { runPythonTests, testPython, withPython } from '@temper/trl-backend/testing';
import { expect, test } from 'vitest';
import { loraSft } from '../../stages/lora-sft/stage.ts';

test.skipIf(testPython === undefined)(
  `two processes train with ZeRO-2 on the CPU, in the environment for GPUs${withPython}`,
  { timeout: 1_800_000 },
  async () => {
    const { env } = process;
    const lock = fileURLToPath(new URL(trlGpu.lock, trlGpu.url));
    const environments = createEnvironmentManager({
      home: env['TEMPER_HOME'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper'),
      environment: env,
      onProgress: ({ name, phase }) => {
        console.error(`environment ${name}: ${phase}`);
      },
    });
    const digest = environmentIdentity(await readFile(lock, 'utf8'));
    const specification = { name: trlGpu.name, digest, lock, python: trlGpu.python };
    const { python } = await environments.ensure(specification);
    // DeepSpeed takes every GPU that it sees; what is held here are bytes, which only a CPU repeats.
    env['CUDA_VISIBLE_DEVICES'] = '';
    env['TEMPER_TEST_PARAMS'] = JSON.stringify(loraSft.definition.params.parse({}));
    expect(runPythonTests(new URL('../../stages/lora-sft/tests_zero2/', import.meta.url), python)).toBe('');
  },
);
