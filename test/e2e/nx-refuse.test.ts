import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNxWorkspace, type NxWorkspace } from './nx-workspace.ts';

let workspace: NxWorkspace;
beforeAll(async () => {
  workspace = await createNxWorkspace('workspace');
  await workspace.write(
    'packages/demo/package.json',
    JSON.stringify({ name: 'demo', scripts: { build: 'echo built' } }),
  );
  await workspace.write('pipelines/demo.ts', 'export default 1;\n');
});
afterAll(() => workspace.dispose());

const FORMS = [
  ['run', 'pipelines:alpaca-glm4:nope'],
  ['run', 'pipelines:alpaca-glm4', '-c', 'nope'],
  ['run', 'pipelines:alpaca-glm4', '-c=nope'],
  ['run', 'pipelines:alpaca-glm4', '--configuration', 'nope'],
  ['run', 'pipelines:alpaca-glm4', '--configuration=nope'],
  ['run', '-c', 'nope', 'pipelines:alpaca-glm4'],
  ['run', 'pipelines:alpaca-glm4', '--output-style', 'static', '-c', 'nope', '--', '-c', 'tiny'],
  ['run', '--project', 'pipelines', '--target', 'alpaca-glm4', '-c', 'nope'],
  ['run', 'pipel*:alpaca-glm4:nope'],
  ['alpaca-glm4', 'pipelines', '-c', 'nope'],
  ['alpaca-glm4', '-p', 'pipelines', '--configuration=nope'],
  ['run-many', '-t', 'alpaca-glm4', '-c', 'nope'],
  ['run-many', '-t', 'build', 'alpaca-glm4', '-c', 'nope'],
  ['run-many', '--targets=build,alpaca-glm4', '-p', 'pipelines', '--configuration=nope'],
  ['affected', '-t', 'alpaca-glm4', '-c', 'nope', '--files=pipelines/alpaca-glm4.ts'],
];

const MESSAGE = `NX   Pipeline 'alpaca-glm4' has no configuration 'nope': there is no pipelines/alpaca-glm4.nope.yaml

configurations of 'alpaca-glm4': hub, tiny`;

describe('an unknown configuration is refused before any task starts', () => {
  test.each(FORMS.map((form) => ({ form })))('`nx $form`', async ({ form }) => {
    const { code, stdout, stderr } = await workspace.nx(form, { env: { NO_COLOR: '1' } });
    expect(code).toBe(1);
    expect((stdout + stderr).trim()).toBe(MESSAGE);
    expect(await workspace.calls()).toEqual([]);
  });

  test.each([
    ['run', 'alpaca-glm4:nope'],
    ['alpaca-glm4', '-c', 'nope'],
  ])('in the folder of the pipelines, `nx %s %s`', async (...form) => {
    const { code, stdout, stderr } = await workspace.nx(form, { from: 'pipelines' });
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("Pipeline 'alpaca-glm4' has no configuration 'nope'");
    expect(await workspace.calls()).toEqual([]);
  });

  test('the daemon changes nothing about it', async () => {
    const { code, stdout, stderr } = await workspace.nx(['run', 'pipelines:alpaca-glm4:nope'], {
      daemon: true,
    });
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("Pipeline 'alpaca-glm4' has no configuration 'nope'");
    const known = await workspace.nx(['run', 'pipelines:alpaca-glm4:tiny', '--', 'a b'], { daemon: true });
    expect(known.code, known.stdout).toBe(0);
    expect((await workspace.calls()).map(({ words }) => words)).toEqual([
      ['run', 'alpaca-glm4', '-c', 'tiny', 'a b'],
    ]);
  });

  test('the nearest name is offered', async () => {
    const { stdout, stderr } = await workspace.nx(['run', 'pipelines:alpaca-glm4:tinny']);
    expect(stdout + stderr).toContain("did you mean 'tiny'?");
  });

  test('a pipeline without configurations says so', async () => {
    const { stdout, stderr } = await workspace.nx(['run', 'pipelines:other', '--prod']);
    expect(stdout + stderr).toContain("'other' has no configurations; run it without one");
  });
});

test('a project that has the name of a pipeline may be built in any configuration', async () => {
  const { code, stdout, stderr } = await workspace.nx(['run', 'demo:build', '-c', 'production']);
  expect(code, stdout + stderr).toBe(0);
});
