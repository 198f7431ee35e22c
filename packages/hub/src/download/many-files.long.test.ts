import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { startHub } from '../../../../test/rig/hub/index.ts';
import { download } from './download.ts';

it('a repository of 10,000 files comes whole', async () => {
  const hub = await startHub();
  const into = await mkdtemp(join(tmpdir(), 'temper-hub-many-'));
  onTestFinished(async () => {
    await hub.close();
    await rm(into, { recursive: true });
  });
  const many: Record<string, string> = {};
  for (let at = 0; at < 10_000; at += 1) many[`part-${at % 40}/${at}.txt`] = String(at);
  hub.push('rig/many', many, { type: 'dataset' });
  const result = await download({ repo: 'rig/many', type: 'dataset' }, into, {
    environment: hub.environment,
  });
  expect(result.files.length).toBe(10_000);
  expect(await readFile(join(into, 'part-39/9999.txt'), 'utf8')).toBe('9999');
});
