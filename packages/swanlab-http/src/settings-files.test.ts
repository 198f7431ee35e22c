import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { readWishes, resolveSettings } from './settings.ts';

let folder: string;
let environment: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swanlab-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  environment = { SWANLAB_ROOT: join(folder, 'home'), SWANLAB_CONFIG_DIR: join(folder, 'etc') };
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const resolve = () => resolveSettings({ environment, workingDirectory: join(folder, 'work') });
const project = () => resolve().run.project;

test('every place wins over the one before it, from the user’s own file to the one beside the work', () => {
  expect(project()).toBeUndefined();
  environment['SWANLAB_PROJ_NAME'] = 'older-variable';
  expect(project()).toBe('older-variable');
  write('home/config.yaml', 'project:\n  name: home\n');
  expect(project()).toBe('home');
  write('work/.swanlab/config.yml', 'project: { name: work-folder }\n');
  expect(project()).toBe('work-folder');
  environment['SWANLAB_PROJECT_NAME'] = '"variable"';
  expect(project()).toBe('variable');
  write('secrets/swanlab_project_name', 'secret\n');
  environment['SWANLAB_SECRETS_DIR'] = join(folder, 'secrets');
  expect(project()).toBe('secret');
  write('work/.env', "# said once\nexport SWANLAB_PROJECT_NAME='dot-env'\n");
  expect(project()).toBe('dot-env');
  write('etc/10.yaml', 'project:\n  name: etc-10\n');
  write('etc/20.yml', 'project:\n  name: etc-20\n');
  expect(project()).toBe('etc-20');
  write('work/swanlab.yaml', 'project:\n  name: beside\n');
  expect(project()).toBe('beside');
});

test('a file may say everything that a variable can', () => {
  write(
    'home/config.yaml',
    [
      'mode: cloud',
      'api_host: https://swanlab.example.org/api',
      'api_key: key-of-a-file',
      'log_dir: logs',
      'experiment:',
      '  tags: [a, "b,c"]',
      '  job_type: train',
      'core:',
      '  record_batch: 7 # small',
      'terminal:',
      '  max_length: 600',
      'probe:',
      '  git: false',
    ].join('\n'),
  );
  expect(resolve()).toMatchObject({
    apiKey: 'key-of-a-file',
    run: { tags: ['a', 'b,c'], jobType: 'train' },
    settings: {
      mode: 'online',
      apiHost: 'https://swanlab.example.org',
      logDir: join(folder, 'work', 'logs'),
      recordBatch: 7,
      consoleLength: 600,
    },
  });
});

describe('a file that cannot be understood', () => {
  test.each([
    ['mode: [online\n', /config\.yaml cannot be read: /],
    ['- mode\n', /config\.yaml holds no settings/],
  ])('%j is named', (text, message) => {
    write('home/config.yaml', text);
    expect(resolve).toThrow(message);
  });

  test('an empty one says nothing', () => {
    write('home/config.yaml', '# nothing yet\n');
    expect(resolve().run).toEqual({});
  });
});

test('wishes are what somebody said, and undefined where nobody did', () => {
  const wishes = () => readWishes({ environment, workingDirectory: join(folder, 'work') });
  expect(wishes()).toEqual({ mode: undefined, project: undefined, workspace: undefined });
  write('work/swanlab.yml', 'mode: local\n');
  environment['SWANLAB_WORKSPACE'] = 'team';
  expect(wishes()).toEqual({ mode: 'local', project: undefined, workspace: 'team' });
});
