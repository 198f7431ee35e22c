import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  accepted,
  apiKey,
  begin,
  bodies,
  createRig,
  end,
  fingerprint,
  log,
  plan,
  progress,
  text,
  type Rig,
} from '../test/support/rig.ts';
import { findSpools, logIn, openServer, type Tracker, type TrackingReport } from './index.ts';
import { readRecord, withTracking } from './records.ts';

/** A whole step of training; the tracker is closed. */
async function train(rig: Rig, options: Parameters<Rig['start']>[0] = {}): Promise<TrackingReport> {
  const tracker = rig.start(options);
  tracker.listen(begin('lora-sft'));
  for (let step = 1; step <= 20; step += 1) tracker.listen(progress(step, { loss: 1 / step }));
  tracker.listen(text(20, '秋天来了。', '写一首诗'));
  tracker.listen(log('loading\n'));
  tracker.listen(end('ran'));
  return tracker.close();
}

const points = (rig: Rig, key: string): unknown[][] =>
  accepted(rig.server, 'scalar')
    .filter((point) => point['key'] === key)
    .map(({ index, data }) => [index, data]);

const spoolsOf = ({ workspace }: Rig): string[] =>
  findSpools(join(workspace, '.temper', 'runs')).map(({ folder }) => folder);

/** Uploads what was left behind. */
async function uploadSpools({ environment, workspace, records }: Rig): Promise<void> {
  const server = await openServer({ environment, workspace });
  for (const spool of findSpools(join(workspace, '.temper', 'runs')))
    await server.sync(spool, { records, left: true });
}

describe('a step that trains', () => {
  test('is one run: the pipeline its project, step and configuration its name, the run of Temper its group', async () => {
    const rig = await createRig();
    await train(rig);
    expect(rig.server.exchanges.map(({ path }) => path)).toContain('/api/project/alice/alpaca');
    expect(bodies(rig.server, 'POST', '/experiment')).toMatchObject([
      {
        name: 'lora-sft (tiny)',
        cluster: '7',
        job: 'lora-sft',
        labels: [{ name: 'lora-sft' }, { name: 'tiny' }],
      },
    ]);
  });

  test('its config is its params, with the fingerprint, and the digests of what it read and made', async () => {
    const rig = await createRig();
    const tracker = rig.start();
    const tokens = { kind: 'train tokens', digest: 'a'.repeat(64), files: 1, bytes: 1, path: 'x' };
    const adapter = { kind: 'lora adapter', digest: 'b'.repeat(64), files: 1, bytes: 1, path: 'y' };
    tracker.listen(end('reused', { label: 'tokenize', outputs: { trainTokens: tokens } }));
    tracker.listen(begin('lora-sft'));
    tracker.listen({
      type: 'step-device',
      label: 'lora-sft',
      device: 'H100',
      versions: { torch: '2.13.0' },
    });
    tracker.listen(end('ran', { outputs: { adapter } }));
    await tracker.close();
    const configs = bodies(rig.server, 'PUT', '/profile')
      .map((body) => (body as { config?: Record<string, { value: unknown }> }).config)
      .filter((config) => config !== undefined);
    const config = Object.entries(configs.at(-1)!).map(([key, { value }]) => [key, value]);
    expect(Object.fromEntries(config)).toEqual({
      lora: { r: 8 },
      training: { learningRate: 5e-4 },
      temper: {
        pipeline: 'alpaca',
        configuration: 'tiny',
        run: 7,
        step: 'lora-sft',
        stage: 'lora-sft',
        inputs: { train: [{ from: 'tokenize', fingerprint, digest: 'a'.repeat(64) }] },
        device: 'H100',
        versions: { torch: '2.13.0' },
        fingerprint,
        outputs: { adapter: 'b'.repeat(64) },
      },
    });
  });

  test('its metrics have the names that the callback of transformers gives them', async () => {
    const rig = await createRig();
    const tracker = rig.start();
    tracker.listen(begin('lora-sft'));
    tracker.listen(
      progress(10, {
        loss: 2,
        gradNorm: 0.5,
        learningRate: 1e-4,
        epoch: 0.1,
        tokens: 900,
        tokensPerSecond: 30,
      }),
    );
    tracker.listen(progress(10, { evalLoss: 1.5, evalTokenAccuracy: 0.25 }));
    tracker.listen(end('ran'));
    const { runs } = await tracker.close();
    const curves = accepted(rig.server, 'scalar').map(({ key, index, data }) => [key, index, data]);
    expect(new Set(curves)).toEqual(
      new Set([
        ['train/loss', 10, 2],
        ['train/grad_norm', 10, 0.5],
        ['train/learning_rate', 10, 1e-4],
        ['train/epoch', 10, 0.1],
        ['train/num_tokens', 10, 900],
        ['train/tokens_per_second', 10, 30],
        ['train/global_step', 10, 10],
        ['eval/loss', 10, 1.5],
        ['eval/token_accuracy', 10, 0.25],
      ]),
    );
    expect(runs).toMatchObject([{ complete: true, dropped: 0 }]);
  });

  test('a number that JSON could not hold arrives as the NaN it was', async () => {
    const rig = await createRig();
    const tracker = rig.start();
    tracker.listen(begin('lora-sft'));
    tracker.listen(progress(3, { loss: null }));
    tracker.listen(end('failed'));
    await tracker.close();
    expect(points(rig, 'train/loss')).toEqual([[3, 'nan']]);
  });

  test('all answers of one save are one entry of `Prediction`, each with its prompt', async () => {
    const rig = await createRig();
    const tracker = rig.start();
    tracker.listen(begin('lora-sft'));
    for (const step of [10, 20]) {
      tracker.listen(progress(step, { loss: 1 }));
      tracker.listen(text(step, `poem ${step}`, 'write a poem'));
      tracker.listen(log('between\n'));
      tracker.listen(text(step, `name ${step}`, 'who are you?'));
    }
    tracker.listen(end('ran'));
    await tracker.close();
    const captions = [{ caption: 'write a poem' }, { caption: 'who are you?' }];
    expect(accepted(rig.server, 'media')).toMatchObject([
      { key: 'Prediction', index: 10, more: captions },
      { key: 'Prediction', index: 20, more: captions },
    ]);
    const contents = rig.server.exchanges
      .filter(({ path }) => path.startsWith('/storage/put/media/text/'))
      .map(({ bytes }) => bytes.toString('utf8'));
    expect(new Set(contents)).toEqual(new Set(['poem 10', 'name 10', 'poem 20', 'name 20']));
  });

  test('GPU memory and the load of the machine are system metrics, in the units of the official monitor', async () => {
    const rig = await createRig();
    const tracker = rig.start();
    tracker.listen(begin('lora-sft'));
    tracker.listen(progress(1, { loss: 1, gpuMemory: 3 * 1024 ** 3 }));
    // A request under way would run out of time.
    await rig.server.seen(({ path }) => path.endsWith('/heartbeat'));
    rig.clock.advance(10_000);
    tracker.listen(progress(2, { loss: 1 }));
    tracker.listen(end('ran'));
    await tracker.close();
    expect(points(rig, '__swanlab__.gpu.0.mem.value')).toEqual([[0, 3072]]);
    expect(points(rig, '__swanlab__.mem.pct')).toHaveLength(1);
    expect(points(rig, '__swanlab__.cpu.pct')).toHaveLength(1);
  });

  test('its log is the console, without secrets, colours and the strokes of progress bars', async () => {
    const rig = await createRig();
    const tracker = rig.start();
    tracker.listen(begin('lora-sft'));
    tracker.listen(log('\u001b[31mred\u001b[0m\n 10%|█  |\r 20%|██ |'));
    tracker.listen(log(`\r100%|███|\nkey=${apiKey}\nlast`));
    tracker.listen(end('ran'));
    await tracker.close();
    expect(accepted(rig.server, 'log').map(({ message }) => message)).toEqual([
      'red',
      '100%|███|',
      'key=***',
      'last',
    ]);
  });
});

test('the metrics of an evaluation are read from what the step made', async () => {
  const rig = await createRig();
  const tracker = rig.start();
  mkdirSync(join(rig.workspace, 'made'));
  const metrics = { loss: { value: 1.25, definition: 'loss' }, tokenAccuracy: { value: 0.5 } };
  writeFileSync(join(rig.workspace, 'made', 'evaluation.json'), JSON.stringify({ rows: 8, metrics }));
  const evaluation = { kind: 'evaluation', digest: 'c'.repeat(64), files: 1, bytes: 1, path: 'made' };
  tracker.listen(begin('evaluate'));
  tracker.listen(progress(3, {}, 'evaluate'));
  tracker.listen(end('ran', { label: 'evaluate', outputs: { evaluation } }));
  await tracker.close();
  expect(accepted(rig.server, 'scalar').map(({ key, index, data }) => [key, index, data])).toEqual([
    ['eval/loss', 0, 1.25],
    ['eval/token_accuracy', 0, 0.5],
  ]);
});

describe('how a run is closed', () => {
  const failure = (reason: 'out-of-memory' | 'preempted') => ({
    type: 'failure' as const,
    failure: {
      type: 'job' as const,
      reason,
      label: 'lora-sft',
      message: `lora-sft failed: ${reason}`,
      hint: 'lower `batchSize`',
      log: 'output.log',
      seconds: 3,
    },
  });
  const finish = async (act: (tracker: Tracker) => void) => {
    const rig = await createRig();
    const tracker = rig.start();
    tracker.listen(begin('lora-sft'));
    tracker.listen(progress(1, { loss: 1 }));
    act(tracker);
    const { runs } = await tracker.close();
    expect(runs).toMatchObject([{ complete: true }]);
    const states = bodies(rig.server, 'PUT', '/state').map((body) => (body as { state: string }).state);
    const errors = accepted(rig.server, 'log').filter(({ level }) => level === 'ERROR');
    return [...states, ...errors.map(({ message }) => message)];
  };

  test('a step that ran is FINISHED', async () => {
    expect(await finish((tracker) => tracker.listen(end('ran')))).toEqual(['FINISHED']);
  });

  test('a step that failed is CRASHED, with what happened and what to do', async () => {
    const states = await finish((tracker) => {
      tracker.listen(failure('out-of-memory'));
      tracker.listen(end('failed'));
    });
    expect(states).toEqual(['CRASHED', 'lora-sft failed: out-of-memory\nhint: lower `batchSize`']);
  });

  test('a step whose job somebody stopped is ABORTED', async () => {
    const states = await finish((tracker) => {
      tracker.listen(failure('preempted'));
      tracker.listen(end('failed'));
    });
    expect(states[0]).toBe('ABORTED');
  });

  test('a cancelled step is ABORTED', async () => {
    const states = await finish((tracker) => tracker.listen(end('cancelled')));
    expect(states).toEqual(['ABORTED', 'lora-sft was cancelled']);
  });

  test('a step that the run left open is ABORTED', async () => {
    expect(await finish(() => {})).toEqual(['ABORTED', 'the run ended before this step did']);
  });
});

describe('nothing is opened', () => {
  const nothing = async (options: Parameters<Rig['start']>[0], act?: (tracker: Tracker) => void) => {
    const rig = await createRig();
    const { environment, ...others } = options!;
    const tracker = rig.start({ ...others, environment: { ...rig.environment, ...environment } });
    if (act === undefined) {
      tracker.listen(begin('lora-sft'));
      tracker.listen(progress(1, { loss: 1 }));
      tracker.listen(end('ran'));
    } else act(tracker);
    const report = await tracker.close();
    expect(rig.server.exchanges).toEqual([]);
    expect(existsSync(join(rig.workspace, '.temper'))).toBe(false);
    return { report, said: rig.said };
  };

  test.each([
    ['SWANLAB_MODE=disabled', { environment: { SWANLAB_MODE: 'disabled' } }],
    ['the configuration disables it', { settings: { mode: 'disabled' as const } }],
    ['in CI', { environment: { CI: 'true' } }],
    [
      'in CI, whatever the configuration says',
      { settings: { mode: 'online' as const }, environment: { CI: '1' } },
    ],
    ['no step trains', { plan: { ...plan, steps: plan.steps.map((step) => ({ ...step, tracked: false })) } }],
  ])('%s', async (_, options) => {
    expect(await nothing(options)).toMatchObject({ report: { mode: 'disabled', runs: [] }, said: [] });
  });

  test('for a step that began and got the result of another process', async () => {
    const { report } = await nothing({}, (tracker) => {
      tracker.listen(begin('lora-sft'));
      tracker.listen(end('reused'));
    });
    expect(report.runs).toEqual([]);
  });

  test('for a mode that does not exist, which is said', async () => {
    const { said } = await nothing({ environment: { SWANLAB_MODE: 'local' } });
    expect(said).toMatchObject([{ type: 'trouble' }]);
    expect(said[0]).toHaveProperty('message', expect.stringContaining('mode "local"'));
  });
});

describe('settings', () => {
  test('CI tracks when SWANLAB_MODE asks for it', async () => {
    const rig = await createRig();
    const environment = { ...rig.environment, CI: 'true', SWANLAB_MODE: 'online' };
    expect(await train(rig, { environment })).toMatchObject({ mode: 'online', runs: [{ complete: true }] });
  });

  test('the configuration names project and workspace, and the variables of the user win over it', async () => {
    const rig = await createRig();
    await train(rig, { settings: { project: 'poems', workspace: 'team' } });
    const environment = { ...rig.environment, SWANLAB_PROJ_NAME: 'mine' };
    await train(rig, { settings: { project: 'poems', workspace: 'team' }, environment });
    const projects = bodies(rig.server, 'POST', '/experiment').length;
    expect(projects).toBe(2);
    expect(rig.said.map((notice) => ('url' in notice ? new URL(notice.url).pathname : notice))).toEqual([
      expect.stringMatching(/^\/@team\/poems\/runs\//),
      expect.stringMatching(/^\/@team\/mine\/runs\//),
    ]);
  });

  test('a login that was stored is found', async () => {
    const rig = await createRig();
    const { SWANLAB_API_KEY: _, ...environment } = rig.environment;
    await logIn({ environment, workspace: rig.workspace, apiKey });
    expect(await train(rig, { environment })).toMatchObject({ mode: 'online', runs: [{ complete: true }] });
  });
});

describe('offline', () => {
  test('nobody is logged in: the spool has it all, the network is left alone, and the report says so', async () => {
    const rig = await createRig();
    const { SWANLAB_API_KEY: _, ...environment } = rig.environment;
    const report = await train(rig, { environment });
    expect(report).toMatchObject({
      mode: 'offline',
      wantsLogin: true,
      runs: [{ url: null, complete: false }],
    });
    expect(rig.server.exchanges).toEqual([]);
    expect(rig.said).toEqual([]);
    await uploadSpools(rig);
    expect(points(rig, 'train/loss')).toHaveLength(20);
    expect(accepted(rig.server, 'media')).toMatchObject([
      { key: 'Prediction', more: [{ caption: '写一首诗' }] },
    ]);
    expect(bodies(rig.server, 'PUT', '/state')).toMatchObject([{ state: 'FINISHED' }]);
  });

  test('with `--offline` no login is wanted', async () => {
    const rig = await createRig();
    expect(await train(rig, { offline: true })).toMatchObject({ mode: 'offline', wantsLogin: false });
    expect(rig.server.exchanges).toEqual([]);
  });

  test('uploading twice finds nothing to do the second time', async () => {
    const rig = await createRig();
    await train(rig, { offline: true });
    await uploadSpools(rig);
    const calls = rig.server.exchanges.length;
    await uploadSpools(rig);
    const more = rig.server.exchanges.slice(calls).map(({ path }) => path);
    expect(more.filter((path) => path !== '/api/login/api_key')).toEqual([]);
  });
});

describe('the curves of a reused step', () => {
  test('are where they were tracked', async () => {
    const rig = await createRig();
    const { runs } = await train(rig);
    const { id, url, folder } = runs[0]!;
    const places = { tracking: rig.records, workspace: rig.workspace };
    const [step, other] = withTracking([{ fingerprint }, { fingerprint: 'e'.repeat(64) }], places);
    expect(step).toEqual({
      fingerprint,
      tracking: {
        url,
        project: 'alpaca',
        workspace: 'alice',
        id,
        run: 7,
        folder: relative(rig.workspace, folder),
      },
    });
    expect(other).not.toHaveProperty('tracking');
  });

  test('have an address from the day of their upload on', async () => {
    const rig = await createRig();
    await train(rig, { offline: true });
    expect(readRecord(rig.records, fingerprint)).toMatchObject({ project: 'alpaca', url: null });
    await uploadSpools(rig);
    const { id, url } = readRecord(rig.records, fingerprint)!;
    expect(url).toBe(`${rig.server.url}/@alice/alpaca/runs/${id}`);
  });

  test('are nowhere when they were not uploaded and their folder is gone', async () => {
    const rig = await createRig();
    const { runs } = await train(rig, { offline: true });
    rmSync(runs[0]!.folder, { recursive: true });
    const places = { tracking: rig.records, workspace: rig.workspace };
    expect(withTracking([{ fingerprint }], places)).toEqual([{ fingerprint }]);
  });
});

describe('trouble with the server', () => {
  /** Trains, then closes while the server misbehaves. The clock stands still after 4.5 s: who waits on waits for ever. */
  async function closeInTrouble({ clock }: Rig, tracker: Tracker): Promise<TrackingReport> {
    tracker.listen(begin('lora-sft'));
    for (let step = 1; step <= 20; step += 1) tracker.listen(progress(step, { loss: 1 / step }));
    tracker.listen(log('one\ntwo\n'));
    tracker.listen(end('ran'));
    const closing = tracker.close();
    clock.advance(4500);
    return await closing;
  }

  test.each([
    ['answers 503 to everything', { prefix: '/api', status: 503 }],
    ['answers 503 to metrics', { prefix: '/api/house/metrics', status: 503 }],
    ['never answers', { prefix: '/api', manner: 'hang' as const }],
    ['never answers metrics', { prefix: '/api/house/metrics', manner: 'hang' as const }],
    ['does not know the key', { prefix: '/api/login', status: 401 }],
  ])('a server that %s costs less than five seconds, and nothing is lost', async (_, fault) => {
    const rig = await createRig();
    rig.server.faults.push(fault);
    const report = await closeInTrouble(rig, rig.start());
    expect(report.runs).toMatchObject([{ complete: false, dropped: 0 }]);
    rig.server.faults.length = 0;
    await uploadSpools(rig);
    expect(points(rig, 'train/loss')).toHaveLength(20);
    expect(accepted(rig.server, 'log')).toHaveLength(2);
    expect(bodies(rig.server, 'PUT', '/state')).toMatchObject([{ state: 'FINISHED' }]);
    expect(spoolsOf(rig)).toHaveLength(1);
  });

  test('a server that takes too long to open a run is left, and the step is tracked offline', async () => {
    const rig = await createRig();
    rig.server.faults.push({ prefix: '/api', manner: 'hang' });
    const tracker = rig.start();
    tracker.listen(begin('lora-sft'));
    tracker.listen(progress(1, { loss: 1 }));
    await rig.server.seen(() => true);
    rig.clock.advance(20_000);
    await expect.poll(() => rig.said).toMatchObject([{ type: 'trouble', label: 'lora-sft' }]);
    await expect.poll(() => spoolsOf(rig)).toHaveLength(1);
    await tracker.close();
  });

  test('a folder that cannot be written costs the tracking and nothing else', async () => {
    const rig = await createRig();
    const taken = join(rig.workspace, 'taken');
    writeFileSync(taken, '');
    const report = await train(rig, { logDir: () => taken, offline: true });
    expect(report.runs).toEqual([]);
    expect(rig.said).toMatchObject([{ type: 'trouble', label: 'lora-sft' }]);
  });
});

test('the key is in no file and in nothing that is said', async () => {
  const rig = await createRig();
  rig.server.faults.push({ prefix: '/api/house/metrics', status: 503 });
  const tracker = rig.start();
  tracker.listen(begin('lora-sft'));
  tracker.listen(log(`SWANLAB_API_KEY=${apiKey}\n`));
  tracker.listen(text(1, `my key is ${apiKey}`, apiKey));
  tracker.listen(end('ran'));
  const closing = tracker.close();
  rig.clock.advance(4500);
  expect(JSON.stringify([await closing, rig.said])).not.toContain(apiKey);
  const files = readdirSync(join(rig.workspace, '.temper'), { recursive: true, withFileTypes: true });
  const written = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(written.length).toBeGreaterThan(3);
  for (const file of written) expect(readFileSync(file, 'latin1'), file).not.toContain(apiKey);
});

test('a plan without configuration names the experiment after the step alone', async () => {
  const rig = await createRig();
  await train(rig, { plan: { ...plan, configuration: 'default' } });
  expect(bodies(rig.server, 'POST', '/experiment')).toMatchObject([{ name: 'lora-sft' }]);
});
