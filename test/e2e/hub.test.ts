/** Weights and rows from a hub through the real command, against hubs on loopback that answer as the real ones do. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificate } from '../rig/hub/certificate.ts';
import { startHub, type FixtureHub } from '../rig/hub/index.ts';
import { startProxy } from '../rig/hub/proxy.ts';
import { createSafetensors } from '../rig/hub/safetensors.ts';
import { shareWorkspace } from '../rig/workspace/index.ts';

const weights = createSafetensors({ 'model.weight': [64, 1024] });
const model = {
  'README.md': '# A model',
  'config.json': '{"model_type": "glm"}\n',
  'model.safetensors': weights,
  'pytorch_model.bin': 'a pickle',
  'tokenizer.json': '{"added_tokens": []}',
  'tokenizer_config.json': '{"chat_template": "{{ messages }}"}',
};
const row = { instruction: '你好', output: '你好！' };
const dataset = { 'README.md': '# Rows', 'train.jsonl': `${JSON.stringify(row)}\n` };

const pipelineOf = (hub: string): string => `
import { pipeline } from '@temper/pipeline';
import { loadRows, loadWeights } from '@temper/stages';

const { weights, tokenizer } = loadWeights({ from: 'hub', hub: '${hub}', repo: 'team/tiny' });
const { rows } = loadRows({ from: 'hub', hub: '${hub}', repo: 'team/rows' });

export default pipeline({ weights, tokenizer, rows });
`;

async function startedHub(): Promise<FixtureHub> {
  const hub = await startHub();
  onTestFinished(() => hub.close());
  hub.push('team/tiny', model);
  hub.push('team/rows', dataset, { type: 'dataset' });
  return hub;
}

/** What was fetched since the last look, listings apart. */
function fetched(hub: FixtureHub): string[] {
  const paths = hub.requests.flatMap(({ path, server }) =>
    server === 'hub' && path !== undefined ? [path] : [],
  );
  hub.requests.length = 0;
  return [...new Set(paths)].sort();
}

describe.each(['huggingface', 'modelscope'] as const)('from %s', (name) => {
  const shared = shareWorkspace((workspace) => workspace.write('pipelines/fetched.ts', pipelineOf(name)));

  it('weights and rows arrive verified, once, and again only where what they are made of has changed', async () => {
    const hub = await startedHub();
    const env = { ...hub.environment };
    const workspace = shared();
    const first = await workspace.run('fetched', [], { env });
    expect(first).toMatchObject({
      code: 0,
      stderr: '',
      outcomes: { 'load-weights': 'ran', 'load-rows': 'ran' },
    });
    expect(fetched(hub)).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
      'train.jsonl',
    ]);
    const output = (file: string) => readFile(join(workspace.root, 'output/fetched/default', file));
    expect((await output('weights/model.safetensors')).equals(weights)).toBe(true);
    expect(await output('tokenizer/chat_template.jinja')).toEqual(Buffer.from('{{ messages }}'));
    expect(JSON.parse((await output('rows/rows.jsonl')).toString())).toEqual(row);
    const [file] = Object.values(first.result?.outputs ?? {});
    expect(file?.digest).toMatch(/^[\da-f]{64}$/);

    const second = await workspace.run('fetched', [], { env });
    expect(second).toMatchObject({ code: 0, outcomes: { 'load-weights': 'reused', 'load-rows': 'reused' } });
    expect(fetched(hub)).toEqual([]);

    const other = { ...row, output: '您好！' };
    hub.push('team/rows', { ...dataset, 'train.jsonl': `${JSON.stringify(other)}\n` }, { type: 'dataset' });
    const third = await workspace.run('fetched', ['--jobs', '1'], { env });
    expect(third).toMatchObject({ code: 0, outcomes: { 'load-weights': 'reused', 'load-rows': 'ran' } });
    expect(JSON.parse((await output('rows/rows.jsonl')).toString())).toEqual(other);
  });

  it('wrong bytes of the same size end the run with the file and both digests, and leave nothing behind', async () => {
    const hub = await startedHub();
    hub.push('team/tiny', { ...model, 'config.json': '{"model_type": "glm4"}' });
    hub.fault({ path: 'model.safetensors', fault: { kind: 'corrupt' } });
    const ended = await shared().run('fetched', [], { env: hub.environment });
    expect(ended).toMatchObject({ code: 1, outcomes: { 'load-weights': 'failed' } });
    const expected = createHash('sha256').update(weights).digest('hex');
    expect(ended.stderr).toContain('model.safetensors arrived broken: its SHA-256 is ');
    expect(ended.stderr).toContain(`and the hub lists ${expected}`);
    expect(ended.stderr).toContain('pipelines/fetched.ts:5:32');
  });
});

describe('which files count', () => {
  const shared = shareWorkspace((workspace) =>
    workspace.write(
      'pipelines/fetched.ts',
      pipelineOf('huggingface').replace("repo: 'team/tiny'", "repo: 'team/tiny', exclude: ['*.md']"),
    ),
  );

  it('only those that are selected are pinned, and a choice that selects none is refused before a job starts', async () => {
    const hub = await startedHub();
    const workspace = shared();
    const env = { ...hub.environment };
    expect((await workspace.run('fetched', [], { env })).code).toBe(0);
    const request = JSON.parse(await workspace.read('.temper/runs/1/steps/load-weights/request.json')) as {
      externals: [{ pin: { files: { path: string }[] } }];
    };
    expect(request.externals[0].pin.files.map(({ path }) => path)).toEqual([
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const none = await workspace.run('fetched', ['--set', 'load-weights.include=["*.gguf2"]'], { env });
    expect(none.stderr).toContain(
      'Of the 6 files of the model team/tiny none was selected: README.md, config.json,',
    );
    expect(none).toMatchObject({ code: 2, outcomes: {} });

    fetched(hub);
    const exclude = ['--set', 'load-weights.exclude=["*.safetensors"]'];
    const weightless = await workspace.run('fetched', exclude, { env });
    expect(weightless.stderr).toContain('the model has no safetensors file');
    expect(fetched(hub)).toEqual([]);
  });

  it('a hub that knows no such repository, or cannot be asked, is told from a bug, with the place', async () => {
    const hub = await startedHub();
    const workspace = shared();
    const missing = await workspace.run('fetched', ['--set', 'load-rows.repo=team/none'], {
      env: hub.environment,
    });
    expect(missing.code).toBe(2);
    expect(missing.stderr).toBe(`\
✗ load-rows: The hub knows no dataset team/none, or it is private
    pipelines/fetched.ts:6:18
    const { rows } = loadRows({ from: 'hub', hub: 'huggingface', repo: 'team/rows' });
                     ~~~~~~~~
  hint: check the spelling; if it is private, run \`hf auth login\`, or set HF_TOKEN. Over plain http a token is sent to this machine only
`);
    hub.fault({ route: 'revision', fault: { kind: 'status', status: 401 } });
    const refused = await workspace.run('fetched', [], {
      env: { ...hub.environment, HF_TOKEN: 'hf_expired' },
    });
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('pipelines/fetched.ts:5:79');
    expect(refused.stderr).not.toContain('hf_expired');
  });

  it('the login and the cache of the official client are found, though a job has another home', async () => {
    const hub = await startedHub();
    const workspace = shared();
    hub.push('team/tiny', model, { tokens: ['hf_filed'] });
    await workspace.write('huggingface/token', 'hf_filed\n');
    const { HF_TOKEN_PATH: _path, HF_HUB_CACHE: _cache, ...places } = hub.environment;
    const env = { ...places, HF_HOME: join(workspace.root, 'huggingface') };
    const ended = await workspace.run('fetched', ['--force', 'load-weights'], { env });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const seen = hub.requests.filter(({ server, path }) => server === 'hub' && path === 'config.json');
    expect(seen.map(({ headers }) => headers['authorization'])).toEqual(['Bearer hf_filed']);
    expect(ended.stdout + (await workspace.read('.temper/runs/2/events.jsonl'))).not.toContain('hf_filed');
  });

  it('a model without a tokenizer is refused before its weights are fetched', async () => {
    const hub = await startedHub();
    const { 'tokenizer.json': _, ...rest } = model;
    hub.push('team/tiny', rest);
    const ended = await shared().run('fetched', ['--only', 'load-weights'], { env: hub.environment });
    expect(ended).toMatchObject({ code: 1, outcomes: { 'load-weights': 'failed' } });
    expect(ended.stderr).toContain('✗ load-weights failed: the model has no tokenizer.json\n');
    expect(fetched(hub)).toEqual([]);
  });

  it('a model without a chat template is refused before its weights are fetched', async () => {
    const hub = await startedHub();
    hub.push('team/tiny', { ...model, 'tokenizer_config.json': '{}' });
    const ended = await shared().run('fetched', ['--only', 'load-weights'], { env: hub.environment });
    expect(ended).toMatchObject({ code: 1, outcomes: { 'load-weights': 'failed' } });
    expect(ended.stderr).toContain('✗ load-weights failed: the model has no chat template\n');
    expect(fetched(hub)).not.toContain('model.safetensors');
  });

  it('another chat template is another tokenizer, and the same weights', async () => {
    const hub = await startedHub();
    const load = async (template: string) => {
      hub.push('team/tiny', {
        ...model,
        'tokenizer_config.json': JSON.stringify({ chat_template: template }),
      });
      const { result } = await shared().run('fetched', ['--only', 'load-weights'], { env: hub.environment });
      const { weights: made, tokenizer } = result?.steps[0]?.outputs ?? {};
      return [made?.digest, tokenizer?.digest];
    };
    const [before, after] = [await load('{{ messages }}'), await load('{{ messages[0] }}')];
    expect(after[0]).toMatch(/^[\da-f]{64}$/);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('a hub that refuses connections is given up soon, and what is waited for is said meanwhile', async () => {
    const hub = await startedHub();
    await hub.close();
    const { code, stdout, stderr } = await shared().run('fetched', [], { env: hub.environment });
    const trouble = `${new URL(hub.endpoint).host} cannot be reached: connect ECONNREFUSED`;
    expect(stdout.split('\n').filter((line) => line.includes(`${trouble} `))).toHaveLength(2);
    expect(stdout).toContain('; trying again in ');
    expect(stderr).toContain(trouble);
    expect(stderr).toContain('(tried 3 times)');
    expect(code).toBe(5);
  });

  it('a hub that asks a running download to wait is waited for, and the wait is said', async () => {
    const hub = await startedHub();
    const status = { kind: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
    hub.fault({ path: 'train.jsonl', times: 1, fault: status });
    const force = ['--force', 'load-rows', '--only', 'load-rows'];
    const { code, stdout } = await shared().run('fetched', force, { env: hub.environment });
    const host = new URL(hub.endpoint).host;
    expect(stdout).toContain(
      `· load-rows     ${host} answers 429 for train.jsonl: too many requests; trying again in <time> (2 of 6)\n`,
    );
    expect(stdout).toMatch(/· load-rows {5}46 B\/46 B {2}\d+ B\/s\n/);
    expect(code).toBe(0);
  });

  it.each(['http', 'https'] as const)(
    'a hub behind the tunnel of a proxy that speaks %s gets the token, and nobody on the way',
    async (scheme) => {
      const workspace = shared();
      const { tls, file } = await createCertificate(workspace.root, 'IP:127.0.0.1,DNS:hub.invalid');
      const hub = await startHub({ tls });
      onTestFinished(() => hub.close());
      hub.push('team/tiny', model);
      hub.push('team/rows', dataset, { type: 'dataset', tokens: ['hf_good'] });
      const proxy = await startProxy({
        places: { 'hub.invalid:443': Number(new URL(hub.endpoint).port) },
        login: 'me:secret',
        tls: scheme === 'https' ? tls : undefined,
      });
      onTestFinished(() => proxy.close());
      const env = {
        ...hub.environment,
        HF_ENDPOINT: 'https://hub.invalid',
        HF_TOKEN: 'hf_good',
        HTTPS_PROXY: proxy.address.replace('://', '://me:secret@'),
        SSL_CERT_FILE: file,
      };
      const words = ['--only', 'load-rows', '--force', 'load-rows'];
      const ended = await workspace.run('fetched', words, { env });
      expect(ended).toMatchObject({ code: 0, stderr: '', outcomes: { 'load-rows': 'ran' } });
      expect(fetched(hub)).toEqual(['train.jsonl']);
      expect(new Set(proxy.requests.map(({ method, target }) => `${method} ${target}`))).toEqual(
        new Set(['CONNECT hub.invalid:443']),
      );
      const { run } = ended.result ?? { run: 0 };
      const request = await workspace.read(`.temper/runs/${String(run)}/steps/load-rows/request.json`);
      expect(JSON.stringify(proxy.requests) + request).not.toContain('hf_good');
      expect(request).not.toContain('secret@');
    },
  );

  it('a hub that only a proxy knows is planned and fetched through it', async () => {
    const hub = await startedHub();
    const proxy = await startProxy({ places: { 'hub.invalid:80': Number(new URL(hub.endpoint).port) } });
    onTestFinished(() => proxy.close());
    const env = { ...hub.environment, HF_ENDPOINT: 'http://hub.invalid', HTTP_PROXY: proxy.address };
    const ended = await shared().run('fetched', ['--force', 'load-weights', '--force', 'load-rows'], { env });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(fetched(hub)).toContain('tokenizer.json');
    expect(proxy.requests.length).toBeGreaterThan(0);
  });
});
