import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNxWorkspace, type NxWorkspace } from './nx-workspace.ts';

let workspace: NxWorkspace;
beforeAll(async () => {
  workspace = await createNxWorkspace('workspace');
  await workspace.write(
    'packages/demo/package.json',
    JSON.stringify({ name: '@fixture/demo', exports: './index.js' }),
  );
  await workspace.write(
    'pipelines/uses-demo.ts',
    "import demo from '@fixture/demo';\nexport default demo;\n",
  );
  await workspace.write('pipelines/uses-demo.test.ts', '');
});
afterAll(() => workspace.dispose());

interface Project {
  readonly name: string;
  readonly root: string;
  readonly targets: Record<string, Record<string, unknown>>;
}

async function pipelines(): Promise<Project> {
  const { stdout } = await workspace.nx(['show', 'project', 'pipelines', '--json']);
  return JSON.parse(stdout) as Project;
}

test('each pipeline file is one target, with its configurations and the first sentence of its comment', async () => {
  const { name, root, targets } = await pipelines();
  expect({ name, root }).toEqual({ name: 'pipelines', root: 'pipelines' });
  expect(Object.keys(targets)).toEqual(['alpaca-glm4', 'other', 'uses-demo']);
  expect(targets['alpaca-glm4']).toMatchObject({
    executor: '@temper/nx-plugin:run',
    options: { pipeline: 'alpaca-glm4' },
    configurations: { hub: {}, tiny: {} },
    metadata: { description: 'Teaches GLM-4-9B.' },
    cache: false,
    parallelism: false,
    dependsOn: [{ projects: ['@temper/cli'], target: 'build' }],
  });
  expect(targets['other']).not.toHaveProperty('metadata');
});

test('a new configuration is known with the next command', async () => {
  await workspace.write('pipelines/other.night.yaml', '');
  expect((await pipelines()).targets['other']?.['configurations']).toEqual({ night: {} });
});

test('the graph shows what a pipeline imports', async () => {
  const { code, stderr } = await workspace.nx(['graph', '--file=graph.json']);
  expect(code, stderr).toBe(0);
  const { graph } = JSON.parse(await readFile(join(workspace.root, 'graph.json'), 'utf8')) as {
    graph: { nodes: Record<string, unknown>; dependencies: Record<string, { target: string }[]> };
  };
  expect(Object.keys(graph.nodes).sort()).toEqual(['@fixture/demo', '@temper/cli', 'pipelines']);
  expect(graph.dependencies['pipelines']?.map(({ target }) => target)).toEqual(['@fixture/demo']);
});

test.each([
  { file: 'pipelines/other.night.yaml', affected: true },
  { file: 'packages/demo/package.json', affected: true },
  { file: 'data/rows.json', affected: true },
  { file: 'README.md', affected: false },
])('a change of $file affects the pipelines: $affected', async ({ file, affected }) => {
  const { stdout } = await workspace.nx(['show', 'projects', '--affected', `--files=${file}`]);
  expect(stdout.split('\n').includes('pipelines')).toBe(affected);
});
