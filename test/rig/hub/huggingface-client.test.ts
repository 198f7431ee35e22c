import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type FixtureHub, startHub } from './index.ts';
import { createSafetensors } from './safetensors.ts';

const python = process.env['TEMPER_TEST_PYTHON'];

/** A process that may fail, with what it printed. */
function run(hub: FixtureHub, script: string, more: Readonly<Record<string, string>> = {}) {
  const { HF_TOKEN_PATH: _token, HF_HUB_CACHE: _cache, ...address } = hub.environment;
  const environment = { PATH: process.env['PATH'] ?? '', ...address, HF_HUB_DISABLE_TELEMETRY: '1', ...more };
  return new Promise<{ failed: boolean; output: string }>((resolve) => {
    execFile(python ?? 'python3', ['-c', script], { env: environment }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    );
  });
}

describe.skipIf(python === undefined)(
  'the real huggingface_hub client (needs the environment for Python)',
  () => {
    let hub: FixtureHub;
    let folder: string;
    const weights = createSafetensors({ 'model.weight': [256, 256] });
    const files = { 'config.json': '{"model_type": "glm"}\n', 'nested/model.safetensors': weights };

    beforeEach(async () => {
      hub = await startHub();
      folder = await mkdtemp(join(tmpdir(), 'temper-hf-'));
    });

    afterEach(async () => {
      await hub.close();
      await rm(folder, { recursive: true });
    });

    const snapshot = (repo: string, more = '') =>
      `from huggingface_hub import snapshot_download; print(snapshot_download('${repo}', max_workers=2${more}))`;
    const home = () => ({ HF_HOME: folder });

    it('downloads a model as from the real hub', async () => {
      const commit = hub.push('THUDM/tiny', files);
      const { failed, output } = await run(hub, snapshot('THUDM/tiny'), home());
      expect(failed, output).toBe(false);
      const place = join(folder, 'hub/models--THUDM--tiny/snapshots', commit);
      expect((await readFile(join(place, 'nested/model.safetensors'))).equals(weights)).toBe(true);
      expect(await readFile(join(place, 'config.json'), 'utf8')).toBe(files['config.json']);
    });

    it('downloads a data set', async () => {
      hub.push('llamafactory/alpaca', { 'rows.jsonl': '{"a": 1}\n' }, { type: 'dataset' });
      const { failed, output } = await run(
        hub,
        snapshot('llamafactory/alpaca', ", repo_type='dataset'"),
        home(),
      );
      expect(failed, output).toBe(false);
      expect(hub.requests.map(({ route }) => route)).toContain('file');
    });

    it('lists all files of a repository with many', async () => {
      hub.push(
        'THUDM/many',
        Object.fromEntries(Array.from({ length: 2500 }, (_, at) => [`${at}.txt`, String(at)])),
      );
      const list = `from huggingface_hub import HfApi; print(len(list(HfApi().list_repo_tree('THUDM/many', recursive=True))))`;
      expect((await run(hub, list, home())).output.trim()).toBe('2500');
    });

    it('sends its token to the hub and not to where large files lie', async () => {
      hub.push('THUDM/private', files, { tokens: ['hf_secret'] });
      const { failed, output } = await run(hub, snapshot('THUDM/private'), {
        ...home(),
        HF_TOKEN: 'hf_secret',
      });
      expect(failed, output).toBe(false);
      const tokens = (server: string) =>
        hub.requests.filter((one) => one.server === server).map(({ headers }) => headers.authorization);
      expect(new Set(tokens('hub'))).toEqual(new Set(['Bearer hf_secret']));
      expect(new Set(tokens('cdn'))).toEqual(new Set([undefined]));
    });

    it.each([
      ['a missing repository', 'THUDM/none', '', 'RepositoryNotFoundError'],
      ['a missing revision', 'THUDM/tiny', ", revision='v9'", 'RevisionNotFoundError'],
      ['a gated repository', 'THUDM/gated', '', 'GatedRepoError'],
    ])('recognises %s by its own error', async (_what, repo, more, error) => {
      hub.push('THUDM/tiny', files);
      hub.push('THUDM/gated', files, { gated: true, tokens: ['hf_accepted'] });
      const { failed, output } = await run(hub, snapshot(repo, more), home());
      expect(failed).toBe(true);
      expect(output).toContain(error);
    });

    it('recognises a missing file by its own error', async () => {
      hub.push('THUDM/tiny', files);
      const script = `from huggingface_hub import hf_hub_download; hf_hub_download('THUDM/tiny', 'none.json')`;
      expect((await run(hub, script, home())).output).toContain('EntryNotFoundError');
    });

    it('waits after a 429 and goes on', async () => {
      hub.push('THUDM/tiny', files);
      const status = { kind: 'status', status: 429, headers: { 'retry-after': '0' } } as const;
      hub.fault({ route: 'content', times: 1, fault: status });
      const { failed, output } = await run(hub, snapshot('THUDM/tiny'), home());
      expect(failed, output).toBe(false);
    });
  },
);
