import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { createCertificate } from '../../../../test/rig/hub/certificate.ts';
import { createTestClock } from '../../../../test/rig/hub/clock.ts';
import { type FixtureHub, startHub } from '../../../../test/rig/hub/index.ts';
import { createSafetensors, withHeader } from '../../../../test/rig/hub/safetensors.ts';
import { HubError } from '../error.ts';
import type { HubName } from '../source.ts';
import { download, type DownloadOptions, listFiles, resolveRevision } from './download.ts';

let hub: FixtureHub;
let root: string;
let into: string;

beforeEach(async () => {
  hub = await startHub();
  root = await mkdtemp(join(tmpdir(), 'temper-hub-'));
  into = join(root, 'weights');
});
afterEach(async () => {
  await hub.close();
  await rm(root, { recursive: true });
});

const options = (more: Partial<DownloadOptions> = {}): DownloadOptions => {
  const clock = createTestClock();
  return { environment: hub.environment, clock, patience: clock.patience, ...more };
};
const withToken = (token: string) => ({ ...hub.environment, HF_TOKEN: token, MODELSCOPE_API_TOKEN: token });

const weights = createSafetensors({ 'model.weight': [16, 16] });
const files = { 'config.json': '{"model_type": "glm"}\n', 'model.safetensors': weights };

/** The configuration before the weights; side by side, a refusal of one may come before the other is there. */
const oneByOne = { connections: 1 } as const;

async function refusal(work: Promise<unknown>): Promise<HubError> {
  const error = await work.then(
    (answer) => new Error(`nothing was refused, and it answered ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof HubError) return error;
  throw error instanceof Error ? error : new Error(`it was refused by ${inspect(error)}`);
}

describe('what a hub refuses has a sentence of its own', () => {
  it.each<[string, HubName, string, string | undefined, Partial<HubError>]>([
    [
      'a missing repository',
      'huggingface',
      'THUDM/none',
      undefined,
      { reason: 'repository-not-found', message: 'The hub knows no model THUDM/none, or it is private' },
    ],
    [
      'a missing repository',
      'modelscope',
      'THUDM/none',
      undefined,
      { reason: 'repository-not-found', message: 'The hub knows no model THUDM/none, or it is private' },
    ],
    [
      'a missing revision',
      'huggingface',
      'THUDM/tiny',
      'v9',
      { reason: 'revision-not-found', message: 'The model THUDM/tiny has no revision "v9"' },
    ],
    [
      'a missing revision',
      'modelscope',
      'THUDM/tiny',
      'v9',
      { reason: 'revision-not-found', message: 'The model THUDM/tiny has no revision "v9"; it has master' },
    ],
    [
      'a private repository',
      'modelscope',
      'THUDM/private',
      undefined,
      { reason: 'forbidden', message: 'The hub answers 403 for the model THUDM/private: no permission' },
    ],
    [
      'a gated repository',
      'huggingface',
      'THUDM/gated',
      undefined,
      {
        reason: 'gated',
        message: 'The model THUDM/gated is gated: its owner asks for consent, and no token was sent',
      },
    ],
    ['an address', 'huggingface', 'https://huggingface.co/THUDM/tiny', undefined, { reason: 'bad-source' }],
  ])('%s on %s', async (_what, name, repo, revision, expected) => {
    hub.push('THUDM/tiny', files);
    hub.push('THUDM/private', files, { tokens: ['good'] });
    hub.push('THUDM/gated', files, { tokens: ['good'], gated: true });
    const error = await refusal(download({ hub: name, repo, revision }, into, options()));
    expect(error).toMatchObject(expected);
    expect(error.hint).not.toBe('');
  });

  it('a file that is not there is named, with those that are; of a glob nothing more is known', async () => {
    hub.push('team/rows', { 'a.json': '[]', 'b.csv': 'x' }, { type: 'dataset' });
    const from = { repo: 'team/rows', type: 'dataset' } as const;
    const named = await refusal(download(from, into, { ...options(), include: ['c.json'] }));
    expect(named.message).toBe('The dataset team/rows has no file c.json: its files are a.json, b.csv');
    const glob = await refusal(download(from, into, { ...options(), include: ['*.parquet'] }));
    expect(glob.message).toBe('Of the 2 files of the dataset team/rows none was selected: a.json, b.csv');
  });

  it('a gated repository names the page where one asks for access', async () => {
    hub.push('THUDM/gated', files, { tokens: ['good'], gated: true });
    const error = await refusal(
      download({ repo: 'THUDM/gated' }, into, options({ environment: withToken('other') })),
    );
    expect(error.message).toBe(
      'The model THUDM/gated is gated: its owner asks for consent, and the account whose token was sent has no access yet',
    );
    expect(error.hint).toContain('https://huggingface.co/THUDM/gated');
  });

  it.each([
    [401, 'unauthorized', 'The hub does not accept the token that was sent for the model THUDM/tiny'],
    [403, 'forbidden', 'The hub answers 403 for the model THUDM/tiny'],
    [418, 'unexpected-answer', 'The hub answers 418 for the model THUDM/tiny'],
  ])('a bare %i', async (status, reason, message) => {
    hub.push('THUDM/tiny', files);
    hub.fault({ route: 'listing', fault: { kind: 'status', status } });
    const error = await refusal(
      download({ repo: 'THUDM/tiny' }, into, options({ environment: withToken('old') })),
    );
    expect(error).toMatchObject({ reason, message });
  });

  it.each<HubName>(['huggingface', 'modelscope'])(
    'a bare 401 of %s where no token was sent',
    async (name) => {
      hub.push('THUDM/tiny', files);
      hub.fault({ route: 'listing', fault: { kind: 'status', status: 401 } });
      const error = await refusal(download({ hub: name, repo: 'THUDM/tiny' }, into, options()));
      expect(error).toMatchObject({
        reason: 'unauthorized',
        message:
          'The hub tells nobody without a token about the model THUDM/tiny: it is private, or not there',
      });
      expect(error.hint).toContain(name === 'huggingface' ? 'HF_TOKEN' : 'MODELSCOPE_API_TOKEN');
    },
  );

  it.each<[number, HubName, string, string]>([
    [404, 'huggingface', 'text/html', '<!doctype html>\n<h1>Not found</h1>'],
    [404, 'modelscope', 'text/plain', '404 page not found\n'],
    [403, 'huggingface', 'text/html', '<html><body>Forbidden</body></html>'],
    [200, 'huggingface', 'text/html', '<html><body>Welcome</body></html>'],
  ])('a server that is no hub and answers %i to %s in %s', async (status, name, type, text) => {
    const server = createServer((_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(text),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const environment = { HF_ENDPOINT: endpoint, MODELSCOPE_ENDPOINT: endpoint };
    const error = await refusal(resolveRevision({ hub: name, repo: 'THUDM/tiny' }, options({ environment })));
    const kind = text.startsWith('<') ? 'a web page' : 'something else';
    const [variable, instead] =
      name === 'huggingface'
        ? ['HF_ENDPOINT', 'https://huggingface.co']
        : ['MODELSCOPE_ENDPOINT', 'https://modelscope.cn'];
    expect(error.reason).toBe('unexpected-answer');
    expect(error.message.replace(/^http:\S+ /, '')).toBe(
      status === 200
        ? `answered with ${kind} instead of JSON`
        : `answers ${status} with ${kind}, as no hub does`,
    );
    expect(error.hint).toBe(
      `${variable} is "${endpoint}": set it to the address of a hub or of its mirror, or unset it to use ${instead}`,
    );
  });

  it.each<[HubName, string, number]>([
    ['huggingface', 'config.json', 404],
    ['huggingface', 'config.json', 200],
    ['huggingface', 'model.safetensors', 200],
    ['modelscope', 'config.json', 403],
    ['modelscope', 'model.safetensors', 200],
  ])('a web page that comes from %s in the place of %s, with %i', async (name, path, status) => {
    hub.push('THUDM/tiny', files);
    hub.fault({ path, fault: { kind: 'page', status } });
    const error = await refusal(download({ hub: name, repo: 'THUDM/tiny' }, into, options()));
    const { host } = new URL(hub.endpoint);
    const answers = status === 200 ? 'answers' : `answers ${status}`;
    expect(error.reason).toBe('unexpected-answer');
    expect(error.message).toBe(`${host} ${answers} with a web page instead of ${path}`);
    expect(error.hint).toContain('set it to the address of a hub or of its mirror');
  });

  it('a server that asks to wait for an hour is not waited for', async () => {
    hub.push('THUDM/tiny', files);
    const status = { kind: 'status', status: 429, headers: { 'retry-after': '3600' } } as const;
    hub.fault({ route: 'listing', fault: status });
    const error = await refusal(download({ repo: 'THUDM/tiny' }, into, options()));
    expect(error.reason).toBe('rate-limited');
    expect(error.message).toMatch(/answers 429: too many requests, and asks to wait 3600 s$/);
  });
});

describe('the token', () => {
  it.each<HubName>(['huggingface', 'modelscope'])('goes to the hub, %s, and to nobody else', async (name) => {
    hub.push('THUDM/private', files, { tokens: ['hf_secret'] });
    await download(
      { hub: name, repo: 'THUDM/private' },
      into,
      options({ environment: withToken('hf_secret') }),
    );
    const seen = (server: string) =>
      new Set(
        hub.requests.filter((one) => one.server === server).map(({ headers }) => headers.authorization),
      );
    expect(seen('hub')).toEqual(new Set(['Bearer hf_secret']));
    if (name === 'huggingface') expect(seen('cdn')).toEqual(new Set([undefined]));
  });

  it('does not follow a redirect to another host, nor to another port of the same one', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization, request.headers.cookie);
      response.end(weights);
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    hub.push('THUDM/tiny', files);
    const to = `http://127.0.0.1:${(other.address() as AddressInfo).port}/elsewhere`;
    hub.fault({ path: 'model.safetensors', fault: { kind: 'redirect', to } });
    await download({ repo: 'THUDM/tiny' }, into, options({ environment: withToken('hf_secret') }));
    expect(seen).toEqual([undefined, undefined]);
  });

  it('comes from the file of the official login where no variable is set', async () => {
    await writeFile(join(root, 'token'), 'hf_filed\n');
    hub.push('THUDM/private', files, { tokens: ['hf_filed'] });
    const environment = { ...hub.environment, HF_TOKEN_PATH: join(root, 'token') };
    expect((await listFiles({ repo: 'THUDM/private' }, { environment })).length).toBe(2);
    const disabled = { ...environment, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' };
    expect(await refusal(listFiles({ repo: 'THUDM/private' }, { environment: disabled }))).toMatchObject({
      reason: 'repository-not-found',
    });
  });
});

it('a redirect from https to plain http is refused', async () => {
  const { tls, file } = await createCertificate(root);
  const secure = await startHub({ tls });
  onTestFinished(() => secure.close());
  secure.push('THUDM/tiny', files);
  const environment = { ...secure.environment, SSL_CERT_FILE: file };
  const error = await refusal(download({ repo: 'THUDM/tiny' }, into, options({ environment, ...oneByOne })));
  expect(error.reason).toBe('insecure-redirect');
  expect(error.message).toMatch(
    /redirects to http:\/\/localhost:\d+, where the bytes would not be protected$/,
  );
  expect(await readdir(into)).toEqual(['config.json']);
  const untrusted = await refusal(
    download({ repo: 'THUDM/tiny' }, into, options({ environment: secure.environment })),
  );
  expect(untrusted.message).toMatch(/^The certificate of 127\.0\.0\.1:\d+ is not trusted/);
});

describe('a branch that moves', () => {
  it.each<HubName>(['huggingface', 'modelscope'])('does not move what was pinned on %s', async (name) => {
    hub.push('THUDM/tiny', files);
    const pinned = await resolveRevision({ hub: name, repo: 'THUDM/tiny' }, options());
    hub.push('THUDM/tiny', { ...files, 'config.json': '{"model_type": "other"}\n' });
    const outcome = download(pinned, into, options());
    // Git keeps the old commit; ModelScope serves branches only, so that there it can only be noticed.
    if (name === 'huggingface') expect((await outcome).commit).toBe(pinned.commit);
    else expect(await refusal(outcome)).toMatchObject({ reason: 'changed' });
  });

  it('does not matter on modelscope while the files that were pinned stand', async () => {
    const source = { hub: 'modelscope', repo: 'THUDM/tiny' } as const;
    hub.push('THUDM/tiny', { ...files, 'README.md': 'old' });
    const pinned = await resolveRevision(source, options());
    const listed = await listFiles(pinned, options());
    const digests = Object.fromEntries(
      listed.filter(({ path }) => path in files).map(({ path, digest }) => [path, digest.value]),
    );
    hub.push('THUDM/tiny', { ...files, 'README.md': 'new', 'added.json': '{}' });
    const { files: came } = await download(pinned, into, options({ pinned: digests }));
    expect(came.map(({ path }) => path)).toEqual(Object.keys(files));
    hub.push('THUDM/tiny', { ...files, 'config.json': '{}' });
    const error = await refusal(download(pinned, join(root, 'again'), options({ pinned: digests })));
    expect(error.message).toBe(
      'The model THUDM/tiny is no longer what was pinned: config.json of "master" has changed',
    );
  });

  it('is noticed when the hub answers with another commit or digest than the one listed', async () => {
    hub.push('THUDM/tiny', files);
    const headers = { 'x-repo-commit': '0'.repeat(40) };
    hub.fault({ path: 'config.json', times: 1, fault: { kind: 'headers', headers } });
    expect((await refusal(download({ repo: 'THUDM/tiny' }, into, options()))).message).toMatch(
      /^config\.json is no longer the file that was listed: commit [\da-f]{40} was asked for, and the hub answers with 0{40}$/,
    );
    hub.clearFaults();
    const linked = { 'x-linked-etag': `"${'0'.repeat(64)}"` };
    hub.fault({ path: 'model.safetensors', fault: { kind: 'headers', headers: linked } });
    // Into another folder: the weights may have come whole beside the refused file, and are not asked for again then.
    const again = download({ repo: 'THUDM/tiny' }, join(root, 'again'), options());
    expect(await refusal(again)).toMatchObject({ reason: 'changed' });
  });
});

describe('what must not be loaded', () => {
  it('pickles and programs are left where they are, with the reason', async () => {
    hub.push('THUDM/tiny', { ...files, 'pytorch_model.bin': 'x', 'modeling.py': 'x', 'tf_model.h5': 'x' });
    const { left } = await download({ repo: 'THUDM/tiny' }, into, options());
    expect(left).toEqual([
      { path: 'pytorch_model.bin', why: 'pickle' },
      { path: 'modeling.py', why: 'program' },
      { path: 'tf_model.h5', why: 'other framework' },
    ]);
  });

  it('a repository with nothing but pickles is refused', async () => {
    hub.push('THUDM/tiny', { 'config.json': '{}', 'pytorch_model.bin': 'x' });
    expect(await refusal(download({ repo: 'THUDM/tiny' }, into, options()))).toMatchObject({
      reason: 'no-safetensors',
    });
    const asked = download({ repo: 'THUDM/tiny' }, into, options({ include: ['*.bin'] }));
    expect(await refusal(asked)).toMatchObject({ reason: 'pickle' });
  });

  it.each([
    ['config.json', '{"auto_map": {"AutoModel": "modeling.Model"}}', 'config.json has the key "auto_map"'],
    ['tokenizer_config.json', '{"a": {"auto_map": "x"}}', 'tokenizer_config.json has the key "a.auto_map"'],
    [
      'config.json',
      '{"custom_pipelines": {"x": {"impl": "x.Y"}}}',
      'config.json has the key "custom_pipelines"',
    ],
  ])('a %s that would load code', async (name, text, message) => {
    hub.push('THUDM/tiny', { ...files, [name]: text });
    const error = await refusal(download({ repo: 'THUDM/tiny' }, into, options()));
    expect(error.reason).toBe('code-in-config');
    expect(error.message).toContain(message);
    expect(await readdir(into)).not.toContain(name);
  });

  it('a safetensors file with a bad header, though its digest is right', async () => {
    const header =
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}';
    hub.push('THUDM/tiny', { ...files, 'model.safetensors': withHeader(header, Buffer.alloc(8)) });
    const error = await refusal(download({ repo: 'THUDM/tiny' }, into, options()));
    expect(error.message).toBe('model.safetensors names "a" twice in its header');
    expect(await readdir(into)).not.toContain('model.safetensors');
  });

  it('what a caller finds in the rest of a model, before its weights are asked for', async () => {
    hub.push('THUDM/tiny', files);
    const found: string[] = [];
    const beforeWeights = async () => {
      found.push(...(await readdir(into)));
      throw new Error('of no use');
    };
    const work = download({ repo: 'THUDM/tiny' }, into, options({ beforeWeights }));
    await expect(work).rejects.toThrow('of no use');
    expect(found).toContain('config.json');
    expect(hub.requests.some(({ path }) => path === 'model.safetensors')).toBe(false);
  });

  it('weights that are there whole and in shards, before either is fetched', async () => {
    hub.push('THUDM/tiny', {
      ...files,
      'model.safetensors.index.json': '{}',
      'model-1.safetensors': weights,
    });
    const error = await refusal(download({ repo: 'THUDM/tiny' }, into, options()));
    expect(error).toMatchObject({
      reason: 'weights-twice',
      message:
        'The model THUDM/tiny has its weights twice: whole in model.safetensors, and in the shards that model.safetensors.index.json names',
      hint: "leave one of them out, as in exclude: ['model.safetensors']",
    });
    expect(hub.requests.some(({ path }) => path !== undefined)).toBe(false);
  });

  it('an index that names a shard which is not there', async () => {
    const index = JSON.stringify({ weight_map: { 'a.weight': 'model-00002-of-00002.safetensors' } });
    hub.push('THUDM/tiny', { 'model-1.safetensors': weights, 'model.safetensors.index.json': index });
    expect((await refusal(download({ repo: 'THUDM/tiny' }, into, options()))).message).toBe(
      'model.safetensors.index.json looks for "a.weight" in model-00002-of-00002.safetensors, which is not among the files',
    );
    expect(hub.requests.some(({ path }) => path === 'model-1.safetensors')).toBe(false);
  });

  it.each(['../evil.json', 'a/../../evil.json', '/evil.json', 'a\\b.json'])(
    'a file named %j',
    async (path) => {
      hub.push('THUDM/tiny', { ...files, [path]: '{}' });
      expect(await refusal(download({ repo: 'THUDM/tiny' }, into, options()))).toMatchObject({
        reason: 'unsafe-path',
      });
      await expect(stat(join(root, 'evil.json'))).rejects.toThrow('ENOENT');
    },
  );
});

it.each<HubName>(['huggingface', 'modelscope'])(
  'a listing of 10,000 files on %s comes whole',
  async (name) => {
    const many: Record<string, string> = {};
    for (let at = 0; at < 10_000; at += 1) many[`part-${at % 40}/${at}.txt`] = String(at);
    hub.push('rig/many', many);
    hub.push('rig/many', many, { type: 'dataset' });
    for (const type of ['model', 'dataset'] as const) {
      const listed = await listFiles({ hub: name, repo: 'rig/many', type }, options());
      expect(new Set(listed.map(({ path }) => path)).size).toBe(10_000);
    }
  },
);

describe('the cache of huggingface_hub', () => {
  async function cache(commit: string) {
    const repository = join(root, 'cache/models--THUDM--tiny');
    const snapshot = join(repository, 'snapshots', commit);
    await mkdir(join(repository, 'blobs'), { recursive: true });
    await mkdir(join(repository, 'refs'), { recursive: true });
    await mkdir(snapshot, { recursive: true });
    await writeFile(join(repository, 'refs/main'), commit);
    for (const { path, digest } of await listFiles({ repo: 'THUDM/tiny' }, options())) {
      await writeFile(join(repository, 'blobs', digest.value), files[path as keyof typeof files]);
      await symlink(join('../../blobs', digest.value), join(snapshot, path));
    }
    return {
      environment: { ...hub.environment, HF_HUB_CACHE: join(root, 'cache') },
      blobs: join(repository, 'blobs'),
    };
  }

  it('is used instead of the network, by copies and never by links', async () => {
    const { environment, blobs } = await cache(hub.push('THUDM/tiny', files));
    hub.requests.length = 0;
    const result = await download({ repo: 'THUDM/tiny' }, into, options({ environment }));
    expect(result.reusedBytes).toBe(result.bytes);
    expect(hub.requests.map(({ route }) => route)).toEqual(['revision', 'listing']);
    expect((await stat(join(into, 'config.json'))).nlink).toBe(1);
    for (const name of await readdir(blobs)) expect((await stat(join(blobs, name))).nlink).toBe(1);
  });

  it('is enough where HF_HUB_OFFLINE forbids to ask', async () => {
    const commit = hub.push('THUDM/tiny', files);
    const { environment, blobs } = await cache(commit);
    hub.requests.length = 0;
    const offline = { ...environment, HF_HUB_OFFLINE: '1' };
    const result = await download({ repo: 'THUDM/tiny' }, into, options({ environment: offline }));
    expect(result.commit).toBe(commit);
    expect(hub.requests).toEqual([]);
    const other = download({ repo: 'THUDM/other' }, into, options({ environment: offline }));
    expect(await refusal(other)).toMatchObject({ reason: 'not-in-cache' });

    const [config] = await listFiles({ repo: 'THUDM/tiny' }, options({ environment: offline }));
    expect(config?.path).toBe('config.json');
    await writeFile(join(blobs, config?.digest.value ?? ''), 'x'.repeat(config?.size ?? 0));
    await rm(join(into, 'config.json'));
    const damaged = download({ repo: 'THUDM/tiny' }, into, options({ environment: offline }));
    expect(await refusal(damaged)).toMatchObject({
      reason: 'offline',
      message:
        'HF_HUB_OFFLINE forbids to ask a hub for the model THUDM/tiny, and config.json is missing from the cache or damaged there',
    });
  });

  it('is passed over where its bytes are damaged', async () => {
    const { environment, blobs } = await cache(hub.push('THUDM/tiny', files));
    for (const name of await readdir(blobs)) {
      const bytes = await readFile(join(blobs, name));
      bytes[5]! ^= 1;
      await writeFile(join(blobs, name), bytes);
    }
    const result = await download({ repo: 'THUDM/tiny' }, into, options({ environment }));
    expect(result.reusedBytes).toBe(0);
    expect(await readFile(join(into, 'config.json'), 'utf8')).toBe(files['config.json']);
  });
});
