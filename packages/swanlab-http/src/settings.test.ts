import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCredentials, writeCredentials } from './credentials.ts';
import { normaliseHost, webHostOf } from './hosts.ts';
import { planRun } from './options.ts';
import { parseRetryAfter } from './http.ts';
import { resolveSettings } from './settings.ts';

let home = '';
beforeAll(() => (home = mkdtempSync(join(tmpdir(), 'settings-'))));
afterAll(() => rmSync(home, { recursive: true }));

const resolve = (environment: Record<string, string>, given = {}) =>
  resolveSettings({ given: { root: join(home, 'none'), ...given }, environment, workingDirectory: home });

describe('hosts', () => {
  test.each([
    ['api.swanlab.cn', 'https://api.swanlab.cn'],
    ['https://host/api', 'https://host'],
    ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000'],
    ['http://api.swanlab.cn', 'https://api.swanlab.cn'],
  ])('%s is %s', (given, host) => expect(normaliseHost(given)).toBe(host));

  test('the official pages have a host of their own, a self-hosted server one for both', () => {
    expect(webHostOf('https://api.swanlab.cn')).toBe('https://swanlab.cn');
    expect(webHostOf('https://own.example:8000')).toBe('https://own.example:8000');
  });

  test.each(['', 'ftp://x', 'http://', 'a b'])('%j is refused', (given) => {
    expect(() => normaliseHost(given)).toThrow(expect.objectContaining({ code: 'invalid-host' }));
  });
});

describe('the environment', () => {
  test('gives what the call does not', () => {
    const { settings, apiKey, run } = resolve({
      SWANLAB_API_KEY: '"quoted-key"',
      SWANLAB_API_HOST: 'http://own:8000/api',
      SWANLAB_MODE: 'cloud',
      SWANLAB_LOGDIR: 'old',
      SWANLAB_PROJ_NAME: 'p',
      SWANLAB_TAGS: 'a, b,',
      SWANLAB_PUBLIC: 'True',
      SWANLAB_CORE_RECORD_INTERVAL: '3',
    });
    expect(apiKey).toBe('quoted-key');
    expect(settings).toMatchObject({
      apiHost: 'http://own:8000',
      webHost: 'http://own:8000',
      mode: 'online',
      recordInterval: 3000,
    });
    expect(settings.logDir).toBe(join(home, 'old'));
    expect(run).toEqual({ project: 'p', tags: ['a', 'b'], public: true });
  });

  test('tags may be a JSON array', () =>
    expect(resolve({ SWANLAB_TAGS: '["x,y"]' }).run.tags).toEqual(['x,y']));

  test('SWANLAB_PROJECT is a name, as transformers documents it', () => {
    expect(resolve({ SWANLAB_PROJECT: 'mine' }).run.project).toBe('mine');
    expect(resolve({ SWANLAB_PROJECT: '{"name":"x"}' }).run).toEqual({});
  });

  test('a number that is none is refused by its name', () => {
    expect(() => resolve({ SWANLAB_CORE_RECORD_BATCH: 'many' })).toThrow(/SWANLAB_CORE_RECORD_BATCH.*"many"/);
  });
});

describe('the stored login', () => {
  test('is found beside the work before it is found at home', () => {
    const beside = join(home, '.swanlab');
    mkdirSync(beside);
    writeCredentials(beside, { apiHost: 'http://beside', webHost: 'http://beside', apiKey: 'key-beside' });
    writeCredentials(join(home, 'none'), {
      apiHost: 'http://home',
      webHost: 'http://home',
      apiKey: 'key-home',
    });
    expect(resolve({})).toMatchObject({ apiKey: 'key-beside', settings: { apiHost: 'http://beside' } });
    rmSync(beside, { recursive: true });
    expect(resolve({})).toMatchObject({ apiKey: 'key-home' });
    expect(resolve({ SWANLAB_API_KEY: 'key-env' })).toMatchObject({
      apiKey: 'key-env',
      settings: { apiHost: 'http://home' },
    });
    expect(resolve({ SWANLAB_API_HOST: 'http://other' }).apiKey).toBeUndefined();
  });

  test('is read in every form that a client has written', () => {
    const wanted = { apiHost: 'http://h:1', webHost: 'http://w', apiKey: 'k' };
    expect(parseCredentials('machine http://h:1\n\tlogin http://w\n\tpassword k\n')).toEqual(wanted);
    expect(parseCredentials('# c\nmachine http://h:1/api login http://w password k')).toEqual(wanted);
    for (const broken of ['', 'machine x', 'machine\nlogin\npassword'])
      expect(parseCredentials(broken)).toBeUndefined();
  });

  test('a file that means nothing counts as none', () => {
    writeFileSync(join(home, 'none', '.netrc'), 'garbage');
    expect(resolve({}).apiKey).toBeUndefined();
  });

  test('a key with a line break is refused before anything is written', () => {
    expect(() =>
      writeCredentials(home, { apiHost: 'http://h', webHost: 'http://h', apiKey: 'a\nb' }),
    ).toThrow(/one word/);
  });
});

describe('a planned run', () => {
  test.each([
    [{ id: 'x' }, 'id-without-resume'],
    [{ resume: 'must' as const }, 'resume-without-id'],
    [{ project: 'a b' }, 'invalid-option'],
    [{ workspace: 'x'.repeat(26) }, 'invalid-option'],
    [{ tags: Array.from({ length: 31 }, () => 't') }, 'invalid-option'],
    [{ color: 'red' }, 'invalid-option'],
    [{ id: 'a/b', resume: true }, 'invalid-option'],
    [{ description: 'x'.repeat(1025) }, 'invalid-option'],
  ])('%j is refused as %s', (options, code) => {
    expect(() => planRun(options, {}, 'folder')).toThrow(expect.objectContaining({ code }));
  });

  test('has the folder for its project and an id of eight characters', () => {
    expect(planRun({}, {}, 'my folder')).toMatchObject({
      project: 'my-folder',
      id: expect.stringMatching(/^[a-z0-9]{8}$/) as string,
      resume: 'never',
    });
  });

  test('the call comes before the environment', () => {
    expect(planRun({ project: 'call' }, { project: 'environment', group: 'g' }, 'folder')).toMatchObject({
      project: 'call',
      group: 'g',
    });
  });
});

test.each([
  ['3', 3000],
  ['0', 0],
  ['99999', 600_000],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 9000],
  ['soon', undefined],
  [null, undefined],
])('Retry-After %s is %s ms', (value, wait) => expect(parseRetryAfter(value, 1000)).toBe(wait));
