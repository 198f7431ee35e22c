import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveSettings } from '../../src/settings.ts';
import { temporaryFolder } from '../support/rig.ts';
import { reason, runScript, withoutPython } from './official-client.ts';

/** The places where settings can stand, the weakest first; each says another name, and most something of their own. */
const places: readonly { readonly file?: [string, string]; readonly variables?: Record<string, string> }[] = [
  { variables: { SWANLAB_PROJ_NAME: 'older-variable', SWANLAB_TAGS: 'a, b' } },
  { file: ['home/config.yaml', 'project:\n  name: home\n  workspace: team\n'] },
  { file: ['work/.swanlab/config.yaml', 'project: {name: work-folder}\nmode: cloud\n'] },
  { variables: { SWANLAB_PROJECT_NAME: '"variable"', SWANLAB_MODE: 'offline' } },
  { file: ['secrets/swanlab_api_key', 'key-of-a-secret\n'] },
  { file: ['work/.env', "export SWANLAB_PROJECT_NAME='dot-env'\nSWANLAB_API_HOST=https://h.test/api\n"] },
  { file: ['etc/10.yaml', 'project:\n  name: etc-10\ncore:\n  record_batch: 7\n'] },
  { file: ['etc/20.yaml', 'project:\n  name: etc-20\n'] },
  { file: ['work/swanlab.yaml', '# beside the work\nmode: disabled\nproject:\n  name: beside\n'] },
];

describe.skipIf(withoutPython)(withoutPython ? `skipped: ${reason}` : 'settings', () => {
  test.each(places.map((_, at) => [at + 1] as const))('of %i places are theirs', async (count) => {
    const folder = temporaryFolder();
    for (const name of ['work', 'home', 'etc', 'secrets']) mkdirSync(join(folder, name));
    const environment: Record<string, string> = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      SWANLAB_ROOT: join(folder, 'home'),
      SWANLAB_CONFIG_DIR: join(folder, 'etc'),
      SWANLAB_SECRETS_DIR: join(folder, 'secrets'),
    };
    for (const { file, variables } of places.slice(0, count)) {
      Object.assign(environment, variables);
      if (file === undefined) continue;
      const path = join(folder, file[0]);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file[1]);
    }
    const workingDirectory = join(folder, 'work');
    const theirs: unknown = JSON.parse(
      await runScript('settings.py', [], { env: environment, cwd: workingDirectory }),
    );
    const { settings, apiKey, run } = resolveSettings({ environment, workingDirectory });
    expect({
      mode: settings.mode,
      apiHost: settings.apiHost,
      apiKey: apiKey ?? null,
      project: run.project ?? null,
      workspace: run.workspace ?? null,
      tags: run.tags ?? [],
      recordBatch: settings.recordBatch,
    }).toEqual(theirs);
  });
});
