/**
 * Edits to the shipped stages of a pipeline that is up to date; for `tiny.test.ts`, which has made it. Half of them keep
 * every result, the others make exactly the named steps run: what follows these waits, and everything else is reused.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PlanResult } from '@temper/run';
import { createEditor, filesBelow, type Editor } from '../rig/workspace/edits.ts';
import { repository, type Workspace } from '../rig/workspace/index.ts';
import { linkFiles } from '../rig/workspace/install.ts';

const run = promisify(execFile);

interface Edit {
  readonly what: string;
  readonly apply?: (at: Editor) => Promise<unknown>;
  /** Further words of the command. */
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly pipeline?: string;
}

const pipeline = 'pipelines/alpaca-glm4.ts';
const tiny = 'pipelines/alpaca-glm4.tiny.yaml';
const conversation = 'stages/to-chat/conversation.ts';
const overlap = 'stages/evaluate/overlap.py';
const choose = 'stages/split/choose.ts';

const keeping: readonly Edit[] = [
  { what: 'a comment', apply: (at) => at.edit(conversation, '/** A source row', '/** A row of the source') },
  { what: 'a comment in Python', apply: (at) => at.append(overlap, '\n# Nothing more.\n') },
  { what: 'a docstring', apply: (at) => at.edit(overlap, 'The units of a text, in order.', 'Units.') },
  { what: 'formatting', apply: (at) => at.edit(choose, '\n', '\n\n  ') },
  { what: 'line ends', apply: (at) => at.edit(choose, '\n', '\r\n') },
  { what: 'quotes', apply: (at) => at.edit(conversation, /'(user|system|assistant)'/g, '"$1"') },
  { what: 'quotes in Python', apply: (at) => at.edit('stages/evaluate/figures.py', "'loss'", '"loss"') },
  { what: 'a trailing comma', apply: (at) => at.edit(choose, 'seed: number)', 'seed: number,)') },
  {
    what: 'a trailing comma in Python',
    apply: (at) => at.edit(overlap, 'answer: str, reference: str)', 'answer: str, reference: str,)'),
  },
  {
    what: 'redundant parentheses in Python',
    apply: (at) => at.edit(overlap, 'return 2 * common /', 'return (2 * common) /'),
  },
  {
    what: 'the order of names within an import',
    apply: async (at) => {
      await at.edit('stages/to-chat/run.ts', '{ RowError, toConversation }', '{ toConversation, RowError }');
      await at.edit('stages/evaluate/figures.py', 'import Callable, Sequence', 'import Sequence, Callable');
    },
  },
  {
    what: 'a type',
    apply: (at) =>
      at.edit(choose, 'readonly seed: number;', 'readonly seed: number;\n  readonly why?: string;'),
  },
  {
    what: 'a function that nothing reaches',
    apply: (at) => at.append(choose, 'export const never = () => 7;\n'),
  },
  {
    what: 'a branch that another value of the param would choose',
    apply: (at) => at.edit('stages/load-weights/wheel.py', "'is_local'", "'is_remote'"),
  },
  {
    what: 'what a param is said to do',
    apply: (at) =>
      at.edit('stages/to-chat/stage.ts', 'A system message for rows', 'The system message of rows'),
  },
  {
    what: 'a renamed pipeline file',
    apply: async (at) => {
      await at.move(pipeline, 'pipelines/renamed.ts');
      await at.move(tiny, 'pipelines/renamed.tiny.yaml');
    },
    pipeline: 'renamed',
  },
  {
    what: 'a renamed variable',
    apply: async (at) => {
      await at.edit(pipeline, 'const { dataset }', 'const { dataset: chats }');
      await at.edit(pipeline, 'split({ dataset }', 'split({ dataset: chats }');
    },
  },
  {
    what: 'another label',
    apply: (at) => at.edit(pipeline, 'toChat({ rows })', "toChat({ rows }, {}, { as: 'conversations' })"),
  },
  {
    what: 'a second use of a stage, which makes labels longer',
    apply: (at) =>
      at.edit(
        pipeline,
        'export default pipeline({',
        'const { dataset: terse } = toChat({ rows });\n\nexport default pipeline({ terse,',
      ),
  },
  {
    what: 'a moved stage folder',
    apply: async (at) => {
      await at.move('stages/to-chat', 'stages/into-chats');
      await at.edit('stages/index.ts', './to-chat/', './into-chats/');
    },
  },
  {
    what: 'the order of calls',
    apply: async (at) => {
      await at.edit(pipeline, /const \{ model \}.*\n/g, '');
      await at.edit(
        pipeline,
        /(const \{ evaluation: before \})/g,
        'const { model } = merge({ weights, adapter, tokenizer });\n$1',
      );
    },
  },
  {
    what: 'a default that is written out',
    apply: (at) => at.edit(pipeline, 'toChat({ rows })', "toChat({ rows }, { tools: 'structured' })"),
  },
  {
    what: 'the order of params',
    apply: (at) => at.edit(pipeline, 'test: 0.05, seed: 42', 'seed: 42, test: 0.05'),
  },
  { what: 'another backend', apply: (at) => at.edit(tiny, 'backend: local', 'backend: container') },
  { what: 'a memory limit', apply: (at) => at.append(tiny, 'container: { memory: 20 GiB }\n') },
  {
    what: 'how many GPUs are asked for',
    apply: (at) => at.edit('stages/evaluate/stage.ts', 'gpus: 1', 'gpus: 2'),
  },
  { what: 'a lock entry of a package that no stage reaches', apply: (at) => closure(at, 'prettier') },
  { what: 'another locale', env: { LC_ALL: 'zh_CN.UTF-8', LANG: 'tr_TR.UTF-8' } },
  { what: 'another time zone', env: { TZ: 'Asia/Kathmandu' } },
];

const rerunning: readonly (Edit & { readonly runs: readonly string[] })[] = [
  {
    what: 'a helper of a helper',
    apply: (at) => at.edit('stages/split/similarity.ts', 'threshold >= 0.9', 'threshold >= 0.8'),
    runs: ['split'],
  },
  {
    what: 'a module constant',
    apply: (at) => at.edit('stages/to-chat/run.ts', 'listed = 20', 'listed = 21'),
    runs: ['to-chat'],
  },
  {
    what: 'a default in the schema of params',
    apply: (at) => at.edit('stages/to-chat/stage.ts', "default('drop')", "default('refuse')"),
    runs: ['to-chat'],
  },
  {
    what: 'a default deep in a schema',
    apply: (at) => at.edit('stages/merge/stage.ts', 'default(0.05)', 'default(0.06)'),
    runs: ['merge'],
  },
  {
    what: 'an added param',
    apply: (at) =>
      at.edit(
        'stages/split/stage.ts',
        'params: z.strictObject({',
        'params: z.strictObject({ more: z.number().default(1),',
      ),
    runs: ['split'],
  },
  {
    what: 'a removed param',
    apply: (at) => at.edit('stages/to-chat/stage.ts', /braces: z[\s\S]*?\),\n(?= {4}\/\*\*)/g, ''),
    runs: ['to-chat'],
  },
  {
    what: 'a param of the pipeline',
    apply: (at) => at.edit(pipeline, 'seed: 42', 'seed: 43'),
    runs: ['split'],
  },
  {
    what: 'an input exchanged',
    apply: (at) => at.edit(pipeline, '[before, after]', '[after, before]'),
    runs: ['compare'],
  },
  {
    what: 'an upgraded package of the closure of one stage',
    apply: (at) => closure(at, 'csv-parse'),
    runs: ['load-rows'],
  },
  {
    what: 'a helper in Python',
    apply: (at) => at.edit('stages/merge/card.py', 'library_name: transformers', 'library_name: peft'),
    runs: ['merge'],
  },
  {
    what: 'a constant in Python',
    apply: (at) => at.edit(overlap, 'ORDER = 4', 'ORDER = 3'),
    runs: ['evaluate:before', 'evaluate:after'],
  },
  {
    what: 'a module that Python stages share',
    apply: (at) => at.append('packages/trl-backend/python/temper_trl/scoring.py', 'AGAIN = 1\n'),
    runs: ['lora-sft', 'evaluate:before'],
  },
  {
    what: 'a decorator',
    apply: (at) => at.edit('stages/lora-sft/cadence.py', '@dataclass(frozen=True)', '@dataclass'),
    runs: ['lora-sft'],
  },
  {
    what: 'an unparsable module in Python, by its bytes',
    apply: (at) => at.append('stages/lora-sft/cadence.py', 'def (\n'),
    runs: ['lora-sft'],
  },
  {
    what: 'the lock of the environment',
    apply: (at) =>
      at.edit(
        'packages/trl-backend/environments/trl/lock.txt',
        /^transformers==\S+/gm,
        'transformers==5.99.0',
      ),
    runs: ['load-weights'],
  },
  {
    what: 'the chat template',
    apply: (at) => at.append('stages/tokenize/templates/glm4.jinja', '\n'),
    runs: ['tokenize'],
  },
  {
    what: 'a data row',
    apply: (at) => at.edit('data/alpaca-zh.json', '"output": "', '"output": "是'),
    runs: ['load-rows'],
  },
  {
    what: 'the mode of a declared file',
    apply: (at) => at.mode('stages/load-weights/glm4.chat.jinja', 0o755),
    runs: ['load-weights'],
  },
  {
    what: 'the version of a stage',
    apply: (at) => at.edit('stages/split/stage.ts', "name: 'split',", "name: 'split', version: 2,"),
    runs: ['split'],
  },
  {
    what: 'a refinement in the schema of a kind',
    apply: (at) =>
      at.edit(
        'stages/kinds/evaluation.ts',
        'value: z.number(),',
        'value: z.number().refine((value) => value !== 7),',
      ),
    runs: ['evaluate:before', 'evaluate:after'],
  },
  {
    what: 'a renamed kind',
    apply: (at) => at.edit('stages/kinds/token-summary.ts', "'token summary'", "'summary of tokens'"),
    runs: ['tokenize'],
  },
  {
    what: 'a file that is declared in addition',
    apply: (at) =>
      at.edit('stages/split/stage.ts', "host('./run.ts')", "host('./run.ts', { files: ['./README.md'] })"),
    runs: ['split'],
  },
];

/** What reads of each step, directly or through others. */
const after: Readonly<Record<string, readonly string[]>> = (() => {
  const trained = ['merge', 'evaluate:after', 'compare'];
  const tokens = ['lora-sft', 'evaluate:before', ...trained];
  const split = ['tokenize', ...tokens];
  return {
    'load-weights': split,
    'load-rows': ['to-chat', 'split', ...split],
    'to-chat': ['split', ...split],
    split,
    tokenize: tokens,
    'lora-sft': trained,
    merge: [],
    'evaluate:before': ['compare'],
    'evaluate:after': ['compare'],
    compare: [],
  };
})();

/** @param env Where home and store of the finished pipeline are. */
export function editTests(
  shared: () => Workspace,
  env: () => { readonly TEMPER_HOME: string; readonly TEMPER_STORE: string },
): void {
  let editor: Editor | undefined;
  afterEach(() => editor?.undo());

  const planned = async (edit: Edit, cwd?: string): Promise<PlanResult['steps']> => {
    editor = createEditor(shared());
    await edit.apply?.(editor);
    const words = ['plan', edit.pipeline ?? 'alpaca-glm4', '-c', 'tiny', '--json', ...(edit.words ?? [])];
    const options = { env: { ...env(), ...edit.env }, ...(cwd === undefined ? {} : { cwd }) };
    const { code, stdout, stderr } = await shared().temper(words, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return (JSON.parse(stdout) as PlanResult).steps;
  };
  const actions = (steps: PlanResult['steps']): Readonly<Record<string, string>> =>
    Object.fromEntries(steps.map(({ label, action }) => [label, action]));

  describe('keeps every result after an edit of', () => {
    it.each(keeping)('$what', async (edit) => {
      const steps = await planned(edit);
      expect(steps.length).toBeGreaterThanOrEqual(10);
      expect(new Set(Object.values(actions(steps)))).toEqual(new Set(['reuse']));
    });

    it('nothing, in a second checkout in another folder', async () => {
      const copy = `${shared().root}-checkout`;
      for (const part of ['package.json', 'package-lock.json', 'tsconfig.json', 'node_modules'])
        await linkFiles(join(shared().root, part), join(copy, part));
      for (const part of ['packages', 'stages', 'pipelines', 'data'])
        await linkFiles(join(shared().root, part), join(copy, part));
      expect(new Set(Object.values(actions(await planned({ what: 'nothing' }, copy))))).toEqual(
        new Set(['reuse']),
      );
      await rm(copy, { recursive: true });
    });

    it('the layout of all stages, by prettier with other settings and by ruff', async () => {
      const ruff = await installRuff(env().TEMPER_HOME);
      await planned({
        what: 'layout',
        async apply(at) {
          const typescript = await filesBelow(at.root, ['stages', 'pipelines'], '.ts');
          const python = await filesBelow(at.root, ['stages', 'packages/trl-backend/python'], '.py');
          await at.note([...typescript, ...python]);
          const settings = ['--no-config', '--no-semi', '--tab-width', '4', '--print-width', '70'];
          const more = ['--trailing-comma', 'none', '--arrow-parens', 'avoid', '--no-bracket-spacing'];
          const prettier = join(repository, 'node_modules/prettier/bin/prettier.cjs');
          const { stdout } = await run(
            process.execPath,
            [prettier, ...settings, ...more, '--write', ...typescript],
            { cwd: at.root },
          );
          expect(
            stdout.split('\n').filter((line) => line !== '' && !line.endsWith('(unchanged)')).length,
          ).toBeGreaterThan(50);
          const formatted = await run(ruff, ['format', '--isolated', '--no-cache', ...python], {
            cwd: at.root,
          });
          expect(formatted.stdout).toMatch(/^\d\d files reformatted/);
        },
      }).then((steps) => {
        expect(new Set(Object.values(actions(steps)))).toEqual(new Set(['reuse']));
      });
    });
  });

  describe('runs exactly what reads an edit of', () => {
    it.each(rerunning)('$what: $runs', async (edit) => {
      const expected = Object.fromEntries(Object.keys(after).map((label) => [label, 'reuse']));
      for (const label of edit.runs.flatMap((step) => after[step] ?? [])) expected[label] = 'may-run';
      for (const label of edit.runs) expected[label] = 'run';
      expect(actions(await planned(edit))).toEqual(expected);
    });
  });

  describe('a job that reads what it does not declare fails, and names it:', () => {
    const failing = async (step: string, apply: (at: Editor) => Promise<unknown>): Promise<string> => {
      editor = createEditor(shared());
      await apply(editor);
      const words = ['-c', 'tiny', '--only', step];
      const { code, stderr, outcomes } = await shared().run('alpaca-glm4', words, { env: env() });
      expect({ code, outcome: outcomes[step] }).toEqual({ code: 1, outcome: 'failed' });
      return stderr;
    };

    it('through import.meta.url', async () => {
      const text = await failing('split', (at) =>
        at.append(
          'stages/split/run.ts',
          "import { readFileSync } from 'node:fs';\nreadFileSync(new URL('./README.md', import.meta.url));\n",
        ),
      );
      expect(text).toContain(
        '✗ split failed: the stage read stages/split/README.md, which it does not declare',
      );
      expect(text).toContain("hint: declare it in stages/split/stage.ts: files: ['./README.md']");
    });

    it('through __file__', async () => {
      const text = await failing('tokenize', (at) =>
        at.edit(
          'stages/tokenize/run.py',
          'params = job.params\n',
          "params = job.params\n    (Path(__file__).parent / 'README.md').read_text()\n",
        ),
      );
      expect(text).toContain(
        '✗ tokenize failed: the stage read stages/tokenize/README.md, which it does not declare',
      );
      expect(text).toContain("hint: declare it in stages/tokenize/stage.ts: files: ['./README.md']");
    });

    it('through importlib and a name that is made while it runs', async () => {
      await shared().write('stages/tokenize/hidden.py', 'VALUE = 1\n');
      const text = await failing('tokenize', (at) =>
        at.edit(
          'stages/tokenize/run.py',
          'params = job.params\n',
          "params = job.params\n    import importlib\n    importlib.import_module('hid' + 'den')\n",
        ),
      );
      await shared().remove('stages/tokenize/hidden.py');
      expect(text).toContain('✗ tokenize failed: there is no module hidden (stages/tokenize/run.py:');
    });
  });
}

/** The formatter of Python, installed with whatever installed the environment of the stages. */
async function installRuff(home: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-ruff-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const tools = join(home, 'tools');
  const ours = (await readdir(tools).catch(() => [])).map((name) => join(tools, name, 'bin', 'uv'));
  const ways = [...['uv', ...ours].map((uv) => [uv, 'pip']), ['python3', '-m', 'pip']];
  for (const [command = '', ...words] of ways) {
    const into = [...words, 'install', '--quiet', '--target', folder, 'ruff==0.14.5'];
    if (
      await run(command, into).then(
        () => true,
        () => false,
      )
    )
      return join(folder, 'bin', 'ruff');
  }
  throw new Error('ruff cannot be installed: neither uv nor pip does it');
}

/** Another version of one package in the lock file, as `npm update` would write it. */
async function closure(at: Editor, name: string): Promise<void> {
  await at.edit(
    'package-lock.json',
    new RegExp(`("node_modules/${name}": \\{\\n\\s+"version": )"[^"]+"(,\\n\\s+"integrity": "sha512-)`, 'g'),
    '$1"99.0.0"$2x',
  );
}
