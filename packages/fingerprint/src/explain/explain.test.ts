import { describe, expect, test } from 'vitest';
import { recordDigest, sha256 } from '../digest.ts';
import { environmentIdentity, environmentPackages } from '../environment.ts';
import { fingerprint } from '../fingerprint.ts';
import type { Ingredients } from '../ingredients.ts';
import { pythonCode } from '../python/code.ts';
import { createWorkspace, type TestWorkspace } from '../testing/workspace.ts';
import { kindCode, typescriptCode } from '../typescript/code.ts';
import { differsInFormatOnly, explain, type ExplainedStep } from './explain.ts';

const lock = 'transformers==5.17.0 --hash=sha256:aa\ntorch==2.13.0 --hash=sha256:bb\n';

const plain: ExplainedStep = {
  ingredients: {
    stage: { name: 'lora-sft', version: 1 },
    code: sha256('code'),
    kinds: { adapter: { kind: 'lora adapter', check: sha256('check') } },
    environment: environmentIdentity(lock),
    params: { training: { learningRate: 5e-4, batchSize: 2 }, lora: { targets: ['q', 'v'] } },
    inputs: { train: [sha256('train')], reports: [sha256('a'), sha256('b')] },
    externals: { '{"path":"data/rows.json","type":"file"}': sha256('rows') },
  },
  source: { files: [], packages: [] },
  environment: environmentPackages(lock),
};

function having(change: Partial<Ingredients>, rest: Partial<ExplainedStep> = {}): ExplainedStep {
  return { ...plain, ...rest, ingredients: { ...plain.ingredients, ...change } };
}

function texts(before: ExplainedStep, after: ExplainedStep): string[] {
  return explain(before, after).map(({ code, text }) => `${code}: ${text}`);
}

describe('each difference has a sentence', () => {
  const key = '{"path":"data/rows.json","type":"file"}';
  test.each<[string, Partial<Ingredients>, string[]]>([
    ['the version', { stage: { name: 'lora-sft', version: 2 } }, ['version: version of the stage 1 → 2']],
    [
      'a param',
      { params: { training: { learningRate: 1e-4, batchSize: 2 }, lora: { targets: ['q', 'v'] } } },
      ['params: training.learningRate 5e-4 → 1e-4'],
    ],
    [
      'params that came and went',
      { params: { training: { learningRate: 5e-4, steps: 3 }, lora: { targets: ['q'] } } },
      [
        'params: training.batchSize 2 → absent',
        'params: training.steps absent → 3',
        'params: lora.targets ["q","v"] → ["q"]',
      ],
    ],
    [
      'an input',
      { inputs: { ...plain.ingredients.inputs, train: [sha256('x')] } },
      ['input: input train: changed'],
    ],
    [
      'an input that is not given',
      { inputs: { reports: [sha256('a'), sha256('b')] } },
      ['input: input train is gone'],
    ],
    [
      'the order of an input',
      { inputs: { ...plain.ingredients.inputs, reports: [sha256('b'), sha256('a')] } },
      ['input: input reports: another order'],
    ],
    [
      'the number of an input',
      { inputs: { ...plain.ingredients.inputs, reports: [sha256('a')] } },
      ['input: input reports: 2 → 1 artifacts'],
    ],
    [
      'a file outside',
      { externals: { [key]: sha256('other') } },
      ['external: external data/rows.json changed'],
    ],
    ['no file outside', { externals: {} }, ['external: external data/rows.json is no longer read']],
    [
      'a kind',
      { kinds: { adapter: { kind: 'model', check: sha256('check') } } },
      ['code: output adapter: lora adapter → model'],
    ],
    [
      'a check',
      { kinds: { adapter: { kind: 'lora adapter', check: sha256('x') } } },
      ['code: code: the check of lora adapter'],
    ],
    ['an output', { kinds: {} }, ['code: output adapter is gone']],
  ])('%s', (_what, change, expected) => {
    expect(texts(plain, having(change))).toEqual(expected);
  });

  test('packages of the environment', () => {
    const after = lock.replace('5.17.0', '5.18.0').replace('sha256:bb', 'sha256:be');
    const changed = having(
      { environment: environmentIdentity(after) },
      { environment: environmentPackages(after) },
    );
    expect(texts(plain, changed)).toEqual([
      'environment: environment: torch 2.13.0: other files or markers',
      'environment: environment: transformers 5.17.0 → 5.18.0',
    ]);
  });

  test('nothing differs where nothing differs', () => {
    expect(explain(plain, plain)).toEqual([]);
  });
});

async function typescriptStep({ path }: TestWorkspace): Promise<ExplainedStep> {
  const code = await typescriptCode({
    entry: 'stages/greet/run.ts',
    files: ['stages/greet/template.txt'],
    workspace: path,
  });
  return having({ code: code.digest }, { source: code });
}

async function pythonStep({ path }: TestWorkspace): Promise<ExplainedStep> {
  const code = await pythonCode({ entry: 'stages/train/run.py', roots: ['python'], workspace: path });
  return having({ code: code.digest }, { source: code });
}

test.each<[string, typeof typescriptStep, (at: TestWorkspace) => void, object[]]>([
  [
    'a function of TypeScript',
    typescriptStep,
    (at) => at.edit('stages/greet/helper.ts', 'Hello', 'Goodbye'),
    [
      {
        path: 'stages/greet/helper.ts#greeting',
        text: 'code: greeting() in stages/greet/helper.ts',
        lines: [
          '  export function greeting(name) {',
          '-   return `Hello ${name}`;',
          '+   return `Goodbye ${name}`;',
          '  }',
        ],
      },
    ],
  ],
  [
    'a constant of TypeScript',
    typescriptStep,
    (at) => at.edit('packages/tools/src/mark.ts', "'!'", "'?'"),
    [
      {
        path: 'packages/tools/src/mark.ts#mark',
        text: 'code: mark in packages/tools/src/mark.ts',
        lines: ['- export const mark = "!";', '+ export const mark = "?";'],
      },
    ],
  ],
  [
    'a default export',
    typescriptStep,
    (at) => at.edit('stages/greet/run.ts', 'repeat(times)', 'trim()'),
    [{ path: 'stages/greet/run.ts#run', text: 'code: run() in stages/greet/run.ts' }],
  ],
  [
    'JSON and a declared file',
    typescriptStep,
    (at) => {
      at.edit('stages/greet/words.json', 'friend', 'colleague');
      at.edit('stages/greet/template.txt', 'Greeting', 'Salute');
    },
    [
      { path: 'stages/greet/words.json', text: 'code: stages/greet/words.json' },
      { path: 'stages/greet/template.txt', lines: ['- Greeting: {}', '+ Salute: {}'] },
    ],
  ],
  [
    'a package',
    typescriptStep,
    (at) =>
      at.edit(
        'package-lock.json',
        '"version": "1.0.0", "integrity": "sha512-leaf"',
        '"version": "1.1.0", "integrity": "sha512-leaf"',
      ),
    [{ path: 'leaf', from: '1.0.0', to: '1.1.0', text: 'package: leaf 1.0.0 → 1.1.0' }],
  ],
  [
    'a function of Python',
    pythonStep,
    (at) => at.edit('stages/train/run.py', '* rate - 1', '* rate - 2'),
    [
      {
        path: 'stages/train/run.py#train',
        text: 'code: train() in stages/train/run.py',
        lines: [
          '…',
          '          if (not row) or ((index in (1, 2)) and (index < LIMIT)):',
          '              continue',
          '-         total = (total + (scale(row["value"]) * rate)) - 1',
          '+         total = (total + (scale(row["value"]) * rate)) - 2',
          '      return {"total": total, "names": names, "label": f"{total:>8.2f} of {len(rows)!r}"}',
        ],
      },
    ],
  ],
  [
    'a decorator and a constant of Python',
    pythonStep,
    (at) => {
      at.edit('stages/train/run.py', "logged('train')", "logged('training')");
      at.edit('stages/train/helper.py', 'FACTOR = 2', 'FACTOR = 3');
    },
    [
      { path: 'stages/train/run.py#train' },
      { path: 'stages/train/helper.py#FACTOR', text: 'code: FACTOR in stages/train/helper.py' },
    ],
  ],
  [
    'the order of statements',
    pythonStep,
    (at) => at.edit('python/lib/parts/__init__.py', 'first = 1\nthird = 3', 'third = 3\nfirst = 1'),
    [
      {
        path: 'python/lib/parts/__init__.py',
        text: 'code: the order of statements in python/lib/parts/__init__.py',
      },
    ],
  ],
  [
    'a module that is new',
    pythonStep,
    (at) => {
      at.write('stages/train/more.py', 'x = 1\n');
      at.edit('stages/train/helper.py', 'FACTOR = 2', 'import more\nFACTOR = 2');
    },
    [
      { path: 'stages/train/helper.py', text: 'code: stages/train/helper.py', lines: ['+ import more'] },
      { path: 'stages/train/more.py', text: 'code: stages/train/more.py is new' },
    ],
  ],
])('%s is named with what changed in it', async (_what, identify, edit, expected) => {
  const workspace = createWorkspace();
  const before = await identify(workspace);
  edit(workspace);
  const differences = explain(before, await identify(workspace));
  expect(differences).toHaveLength(expected.length);
  expect(differences).toMatchObject(expected.map((difference) => ({ code: 'code', ...difference })));
});

test('a check that changed is shown with its code', async () => {
  const workspace = createWorkspace();
  const identify = async (): Promise<ExplainedStep> => {
    const kind = await kindCode({
      path: 'stages/kinds/greeting.ts',
      kind: 'greeting',
      workspace: workspace.path,
    });
    return having({ kinds: { said: { kind: 'greeting', check: kind.digest } } }, { kinds: { said: kind } });
  };
  const before = await identify();
  workspace.edit('stages/kinds/greeting.ts', "!== ''", "!== 'x'");
  expect(texts(before, await identify())).toEqual([
    'code: code: greetingKind in stages/kinds/greeting.ts, the check of greeting',
  ]);
});

describe('a result is kept when only our own format changed', () => {
  const otherFormat = (step: ExplainedStep): ExplainedStep => ({
    ...step,
    ingredients: { ...step.ingredients, code: recordDigest('temper.code', 2, step.ingredients.code) },
    source: { ...step.source, reader: 'temper.code/2 esbuild 9' },
  });

  test('the sources are the same to the byte', async () => {
    const before = await typescriptStep(createWorkspace());
    const after = otherFormat(before);
    expect(fingerprint(after.ingredients)).not.toBe(fingerprint(before.ingredients));
    expect(differsInFormatOnly(before, after)).toBe(true);
    expect(explain(before, after)).toMatchObject([{ code: 'format' }]);
  });

  test('and not when the same reader comes to another digest, as for a file that became executable', async () => {
    const before = await typescriptStep(createWorkspace());
    const after = { ...otherFormat(before), source: before.source };
    expect(differsInFormatOnly(before, after)).toBe(false);
    expect(explain(before, after)).toMatchObject([{ code: 'code' }]);
  });

  test('and not when a comment, a package or a param changed as well', async () => {
    const workspace = createWorkspace();
    const before = await typescriptStep(workspace);
    workspace.edit('stages/greet/run.ts', '// Read from', '// Taken from');
    expect(differsInFormatOnly(before, otherFormat(await typescriptStep(workspace)))).toBe(false);
    const upgraded = { ...otherFormat(before).source, raw: sha256('another package') };
    expect(differsInFormatOnly(before, { ...otherFormat(before), source: upgraded })).toBe(false);
    const after = otherFormat(before);
    expect(differsInFormatOnly(before, { ...after, ingredients: { ...after.ingredients, params: {} } })).toBe(
      false,
    );
    expect(
      differsInFormatOnly(before, { ...after, ingredients: { ...after.ingredients, environment: null } }),
    ).toBe(false);
  });
});
