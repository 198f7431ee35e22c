/** What differs between two runs, and between a branch and where it left another. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { useWorkspace, type Workspace } from '../rig/workspace/index.ts';

async function git(workspace: Workspace, ...words: readonly string[]): Promise<void> {
  await promisify(execFile)(
    'git',
    [
      '-c',
      'user.name=Somebody',
      '-c',
      'user.email=somebody@example.org',
      '-c',
      'commit.gpgsign=false',
      ...words,
    ],
    { cwd: workspace.root },
  );
}

interface Affected {
  readonly plans: readonly {
    readonly pipeline: string;
    readonly configuration: string;
    readonly steps: readonly {
      readonly label: string;
      readonly change: string;
      readonly reasons: readonly { readonly text: string }[];
    }[];
  }[];
}

it('temper affected names the steps that a branch changes, by what they do', async () => {
  const workspace = await useWorkspace();
  for (const pipeline of ['held', 'measured', 'misbehaved', 'read'])
    await workspace.remove(`pipelines/${pipeline}.ts`);
  await workspace.write('.gitignore', 'node_modules\n.temper\noutput\n');
  await git(workspace, 'init', '-q', '-b', 'main');
  await git(workspace, 'add', '-A');
  await git(workspace, 'commit', '-qm', 'Numbers');
  const affected = async (): Promise<readonly (readonly string[])[]> => {
    const answered = await workspace.temper(['affected', '--base', 'main', '--json']);
    expect(answered).toMatchObject({ code: 0, stderr: '' });
    return (JSON.parse(answered.stdout) as Affected).plans.flatMap(({ pipeline, configuration, steps }) =>
      steps.map(({ label, change, reasons }) => [
        pipeline,
        configuration,
        label,
        change,
        ...reasons.map(({ text }) => text),
      ]),
    );
  };

  await workspace.edit('small/scale/run.ts', 'export default', '// A remark.\nexport default');
  const remarked = await workspace.temper(['affected', '--base', 'main']);
  expect(remarked.stdout).toMatch(/^no step differs from [0-9a-f]{12}\n$/);

  await workspace.edit('pipelines/numbers.ts', 'factor: 3', 'factor: 4');
  expect(await affected()).toEqual([
    ['numbers', 'default', 'scale', 'changed', 'factor 3 → 4'],
    ['numbers', 'default', 'sum', 'downstream'],
    ['numbers', 'ten', 'scale', 'changed', 'factor 3 → 4'],
    ['numbers', 'ten', 'sum', 'downstream'],
  ]);
  const unknown = await workspace.temper(['affected', '--base', 'nowhere']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('git cannot say where this branch left `nowhere`');
});

it('temper diff prints what differs between two runs, and nothing else', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  await workspace.run('numbers', ['--set', 'scale.factor=4']);
  const said = await workspace.temper(['diff', '1', '2']);
  expect(said).toMatchObject({ code: 0, stderr: '' });
  expect(said.stdout.replace(/\b[0-9a-f]{12}\b/g, '<digest>').replace(/<time> +/g, '<time>  ')).toBe(
    [
      'params',
      '                1  2',
      '  scale factor  3  4',
      'steps',
      '         1      2',
      '  scale  <time>  <time>  factor 3 → 4',
      '  sum    <time>  <time>  input numbers: changed',
      'outputs',
      '         1             2',
      '  total  <digest>  <digest>',
      '',
    ].join('\n'),
  );
  expect((await workspace.temper(['diff', '2', 'last'])).stdout).toBe('runs 2 and 2 do not differ\n');
  const { params, steps } = JSON.parse((await workspace.temper(['diff', '1', '2', '--json'])).stdout) as {
    params: unknown[];
    steps: { label: string }[];
  };
  expect(params).toHaveLength(1);
  expect(steps.map(({ label }) => label)).toEqual(['scale', 'sum']);
});
