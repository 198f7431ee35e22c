import { expect, it } from 'vitest';
import { useWorkspace } from '../rig/workspace/index.ts';

const here = [
  "import { pipeline } from '@temper/pipeline';",
  "import { count } from '../small/count/stage.ts';",
  '',
  "const to = import.meta.url.endsWith('here.ts') ? 4 : 5;",
  'const { numbers } = count({ to });',
  '',
  'export default pipeline({ numbers });',
  '',
].join('\n');

it('`temper check` takes a pipeline file for a module, whatever package.json says, and tells its mistakes', async () => {
  const workspace = await useWorkspace();
  await workspace.edit('package.json', '"type": "module",', '');
  await workspace.write('pipelines/here.ts', here);
  const sound = await workspace.temper(['check']);
  expect(sound).toMatchObject({ code: 0, stderr: '', stdout: '7 plans are sound\n' });

  await workspace.edit('pipelines/here.ts', '{ to }', "{ to: 'four' }");
  const mistyped = await workspace.temper(['check']);
  expect(mistyped).toMatchObject({ code: 2, stdout: '1 problem\n' });
  expect(mistyped.stderr).toMatchInlineSnapshot(`
    "✗ Type 'string' is not assignable to type 'number'.
        pipelines/here.ts:5:29
        const { numbers } = count({ to: 'four' });
                                    ~~
    "
  `);
});
