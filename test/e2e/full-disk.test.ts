/** A disk that fills up while a model comes, through the real command: on a small disk of the test's own, where one can be mounted. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHub } from '../rig/hub/index.ts';
import { createSafetensors } from '../rig/hub/safetensors.ts';
import { repository, useWorkspace } from '../rig/workspace/index.ts';

const run = promisify(execFile);
const mebibyte = 2 ** 20;

/** Why no disk can be mounted here; undefined where one can. */
function refusal(): string | undefined {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error).trim() || 'there is no unshare';
  }
}

const why = refusal();

/** Fills the disk once some of the model is there, says how the run ends, makes room again and runs once more. */
const script = `
  mount -t tmpfs -o size=420M tmpfs "$TEMPER_STORE"
  (until [ -n "$(find "$TEMPER_STORE" -name '*.part' -size +8M)" ]; do sleep 0.01; done
   cat /dev/zero > "$TEMPER_STORE/filler") 2> /dev/null &
  "$@" 2>&1
  echo "ended with $?, published: $(find "$TEMPER_STORE/blobs" "$TEMPER_STORE/manifests" -type f 2> /dev/null | wc -l)"
  wait
  rm "$TEMPER_STORE/filler"
  "$@" 2>&1
  echo "ended with $?"
`;

describe.skipIf(why !== undefined)(
  `a disk that fills up while a model comes${why === undefined ? '' : ` (not here: ${why})`}`,
  () => {
    it('ends the run with one sentence and exit code 5, publishes nothing, and is gone on from where it stopped', async () => {
      const hub = await startHub();
      onTestFinished(() => hub.close());
      const size = 128 * mebibyte;
      hub.push('team/tiny', {
        'config.json': '{"model_type": "glm"}\n',
        'model.safetensors': createSafetensors({ 'model.weight': [size / 4] }),
        'tokenizer.json': '{"added_tokens": []}',
        'tokenizer_config.json': '{"chat_template": "{{ messages }}"}',
      });
      const workspace = await useWorkspace();
      await workspace.write(
        'pipelines/fetched.ts',
        `import { pipeline } from '@temper/pipeline';
import { loadWeights } from '@temper/stages';

const { weights, tokenizer } = loadWeights({ from: 'hub', repo: 'team/tiny' });

export default pipeline({ weights, tokenizer });
`,
      );
      const store = join(workspace.home, 'small');
      await mkdir(store, { recursive: true });
      const command = [process.execPath, join(repository, 'packages/cli/bin/temper.js'), 'run', 'fetched'];
      const { stdout } = await run('unshare', ['--mount', 'sh', '-c', script, 'sh', ...command], {
        cwd: workspace.root,
        env: {
          PATH: process.env['PATH'],
          HOME: workspace.home,
          TEMPER_HOME: workspace.home,
          TEMPER_STORE: store,
          ...hub.environment,
        },
      });
      const [first = '', second = ''] = stdout.split(/ended with 5, published: 0\n/);
      expect(first).toMatch(
        /✗ load-weights (filled the disk that holds the store \(420 MiB, and nothing is free\)|failed: The disk of \S+ filled up while model\.safetensors was being written)\n/,
      );
      expect(first.match(/✗ load-weights (filled|failed:)/g)).toHaveLength(1);
      expect(second).toMatch(/ended with 0\n$/);
      // What came before the disk was full did not come again: only the first run asked for it, hub and CDN.
      const fromTheStart = hub.requests.filter(
        ({ path, headers }) => path === 'model.safetensors' && headers.range?.startsWith('bytes=0-') === true,
      );
      expect(fromTheStart.map(({ server }) => server)).toEqual(['hub', 'cdn']);
    });
  },
);
