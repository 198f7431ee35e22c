/** Wrong files and wrong words: the whole message, as the command prints it. */
import { expect, it } from 'vitest';
import { shareWorkspace } from '../rig/workspace/index.ts';

const shared = shareWorkspace();

/** Runs a command that must refuse with 2 before anything ran, and answers what it said. */
async function refusal(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await shared().temper(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  return stderr;
}

/** Runs with a configuration of this content. */
async function configured(yaml: string): Promise<string> {
  await shared().write('pipelines/numbers.wrong.yaml', yaml);
  return refusal(['run', 'numbers', '-c', 'wrong']);
}

/** Plans a pipeline file of this content. */
async function declared(source: string): Promise<string> {
  await shared().write('pipelines/wrong.ts', source);
  return refusal(['plan', 'wrong']);
}

it('an unknown pipeline', async () => {
  expect(await refusal(['run', 'nubmers'])).toMatchInlineSnapshot(`
    "✗ there is no pipeline \`nubmers\`
      hint: did you mean \`numbers\`?
    "
  `);
  expect(await refusal(['run', 'weights'])).toMatchInlineSnapshot(`
    "✗ there is no pipeline \`weights\`
      hint: the pipelines are held, measured, misbehaved, numbers, read
    "
  `);
});

it('an unknown configuration', async () => {
  expect(await refusal(['run', 'numbers', '-c', 'tne'])).toMatchInlineSnapshot(`
    "✗ numbers has no configuration \`tne\`
      hint: did you mean \`ten\`?
    "
  `);
  expect(await refusal(['run', 'held', '-c', 'tiny'])).toMatchInlineSnapshot(`
    "✗ held has no configuration \`tiny\`
      hint: it has none; one would be the file pipelines/held.tiny.yaml
    "
  `);
});

it('an unknown step, in a flag, in --set and in a configuration', async () => {
  expect(await refusal(['run', 'numbers', '--until', 'sum:totl'])).toMatchInlineSnapshot(`
    "✗ there is no step \`sum:totl\` in this pipeline
      hint: its steps are count, scale, sum, parity, describe
    "
  `);
  expect(await refusal(['run', 'numbers', '--set', 'paritty.to=1'])).toMatchInlineSnapshot(`
    "✗ there is no step \`paritty\` in this pipeline
      hint: did you mean \`parity\`?
    "
  `);
  expect(await configured('steps:\n  scale: { factor: 2 }\n  cuont: { to: 10 }\n')).toMatchInlineSnapshot(`
    "✗ there is no step \`cuont\` in this pipeline
        pipelines/numbers.wrong.yaml:3:3
          cuont: { to: 10 }
          ~~~~~
      hint: did you mean \`count\`?
    "
  `);
});

it('an unknown option and an unknown command', async () => {
  expect(await refusal(['run', 'numbers', '--untill', 'sum'])).toMatchInlineSnapshot(`
    "✗ unknown option '--untill'
      hint: did you mean \`--until\`?
    "
  `);
  expect(await refusal(['rnu', 'numbers'])).toMatchInlineSnapshot(`
    "✗ unknown command 'rnu'
      hint: did you mean \`run\`?
    "
  `);
  expect(await refusal(['run', 'numbers', '--jobs', 'many'])).toMatchInlineSnapshot(`
    "✗ \`--jobs many\` is not a number of jobs
      hint: give a whole number from 1
    "
  `);
});

it('broken YAML', async () => {
  expect(await configured('steps:\n  count: { to: 10\n')).toMatchInlineSnapshot(`
    "✗ this is not YAML: flow map in block collection must be sufficiently indented and end with a }
        pipelines/numbers.wrong.yaml:2:17
          count: { to: 10
                        ~
      hint: a configuration is plain YAML 1.2: maps, lists, texts, numbers
    "
  `);
  expect(await configured('steps:\n  count: { to: 1 }\n  count: { to: 2 }\n')).toMatchInlineSnapshot(`
    "✗ \`count\` stands twice
        pipelines/numbers.wrong.yaml:3:3
          count: { to: 2 }
          ~~~~~
      hint: a configuration is plain YAML 1.2: maps, lists, texts, numbers
    "
  `);
  expect(await configured('- count\n')).toMatchInlineSnapshot(`
    "✗ a configuration is a map with \`steps\`
        pipelines/numbers.wrong.yaml:1:1
        - count
        ~
    "
  `);
  expect(await configured('steps: &all\n  count: { to: 1 }\n')).toMatchInlineSnapshot(`
    "✗ anchors and aliases are not used in configurations
        pipelines/numbers.wrong.yaml:1:8
        steps: &all
               ~~~~
      hint: write the value twice, or let one configuration extend the other
    "
  `);
});

it('an unknown key, of the configuration, of a step and of --set', async () => {
  expect(await configured('stpes:\n  count: { to: 10 }\n')).toMatchInlineSnapshot(`
    "✗ \`stpes\` is not a key of a configuration
        pipelines/numbers.wrong.yaml:1:1
        stpes:
        ~~~~~
      hint: did you mean \`steps\`?
    "
  `);
  expect(await refusal(['run', 'numbers', '--set', 'scale.facter=3'])).toMatchInlineSnapshot(`
    "✗ scale has no param \`facter\`
      hint: it was set by \`--set scale.facter=3\`; did you mean \`factor\`?
    "
  `);
  expect(await refusal(['run', 'numbers', '--set', 'scale.nothing=3'])).toMatchInlineSnapshot(`
    "✗ scale has no param \`nothing\`
      hint: it was set by \`--set scale.nothing=3\`; the params here are factor
    "
  `);
  expect(await configured('steps:\n  scale: { facter: 3 }\n')).toMatchInlineSnapshot(`
    "✗ scale has no param \`facter\`
        pipelines/numbers.wrong.yaml:2:12
          scale: { facter: 3 }
                   ~~~~~~
      hint: did you mean \`factor\`?
    "
  `);
});

it('a wrong type, in a configuration and in --set', async () => {
  expect(await configured('steps:\n  count: { to: ten }\n')).toMatchInlineSnapshot(`
    "✗ count.to takes a number, not "ten"
        pipelines/numbers.wrong.yaml:2:12
          count: { to: ten }
                   ~~
    "
  `);
  expect(await configured('steps:\n  count: 10\n')).toMatchInlineSnapshot(`
    "✗ \`count\` takes a map of params
        pipelines/numbers.wrong.yaml:2:10
          count: 10
                 ~~
    "
  `);
  expect(await refusal(['run', 'numbers', '--set', 'count.order=sideways'])).toMatchInlineSnapshot(`
    "✗ count.order takes "up" or "down", not "sideways"
      hint: it was set by \`--set count.order=sideways\`
    "
  `);
  expect(await refusal(['run', 'numbers', '--set', 'count.to'])).toMatchInlineSnapshot(`
    "✗ \`--set count.to\` is not STEP.path=VALUE
      hint: for example \`--set lora-sft.training.learningRate=1e-4\`
    "
  `);
});

it('a param that no kind of JSON can hold', async () => {
  expect(
    await declared(
      [
        "import { pipeline } from '@temper/pipeline';",
        "import { count } from '../small/count/stage.ts';",
        'const { numbers } = count({ to: 1 / 0 });',
        'export default pipeline({ numbers });',
        '',
      ].join('\n'),
    ),
  ).toMatchInlineSnapshot(`
    "✗ count.to takes a number, not Infinity
        pipelines/wrong.ts:3:29
        const { numbers } = count({ to: 1 / 0 });
                                    ~~
    "
  `);
});

it('one kind under two names', async () => {
  await shared().write(
    'small/kinds/more-numbers.ts',
    "import { artifactKind } from '@temper/pipeline';\nexport const more = artifactKind(import.meta.url, 'numbers');\n",
  );
  await shared().write(
    'small/more/stage.ts',
    [
      "import { defineStage, host } from '@temper/pipeline';",
      "import { z } from 'zod';",
      "import { more } from '../kinds/more-numbers.ts';",
      'export const moreNumbers = defineStage(import.meta.url, {',
      "  name: 'more',",
      '  params: z.strictObject({}),',
      '  outputs: { more },',
      "  runs: host('./run.ts'),",
      '});',
      '',
    ].join('\n'),
  );
  expect(
    await declared(
      [
        "import { pipeline } from '@temper/pipeline';",
        "import { count } from '../small/count/stage.ts';",
        "import { moreNumbers } from '../small/more/stage.ts';",
        'const { numbers } = count();',
        'const { more } = moreNumbers();',
        'export default pipeline({ numbers, more });',
        '',
      ].join('\n'),
    ),
  ).toMatchInlineSnapshot(`
    "✗ two kinds are both named \`numbers\`
        pipelines/wrong.ts:5:18
        const { more } = moreNumbers();
                         ~~~~~~~~~~~
      hint: rename one of them: small/kinds/numbers.ts and small/kinds/more-numbers.ts
    "
  `);
  await shared().remove('small/more');
  await shared().remove('small/kinds/more-numbers.ts');
});

it('configurations that extend each other', async () => {
  await shared().write('pipelines/numbers.one.yaml', 'extends: two\n');
  await shared().write('pipelines/numbers.two.yaml', 'extends: one\n');
  expect(await refusal(['plan', 'numbers', '-c', 'one'])).toMatchInlineSnapshot(`
    "✗ the configurations extend each other: one → two → one
        pipelines/numbers.two.yaml:1:10
        extends: one
                 ~~~
    "
  `);
  await shared().remove('pipelines/numbers.one.yaml');
  await shared().remove('pipelines/numbers.two.yaml');
});

it('a pipeline file that does not parse, or imports what is not there', async () => {
  expect(await declared('const { numbers } = count(;\n')).toMatchInlineSnapshot(`
    "✗ Unexpected ";"
        pipelines/wrong.ts:1:27
        const { numbers } = count(;
                                  ~
    "
  `);
  expect(await declared("import { count } from '../small/cuont/stage.ts';\ncount();\n"))
    .toMatchInlineSnapshot(`
    "✗ \`../small/cuont/stage.ts\` is imported here but cannot be found
        pipelines/wrong.ts:1:23
        import { count } from '../small/cuont/stage.ts';
                              ~~~~~~~~~~~~~~~~~~~~~~~~~
      hint: check the path; imports name the file with its ending, as in \`./stage.ts\`
    "
  `);
  expect(await declared("import { cuont } from '../small/count/stage.ts';\ncuont();\n"))
    .toMatchInlineSnapshot(`
    "✗ \`small/count/stage.ts\` exports nothing named \`cuont\`
        pipelines/wrong.ts:1:10
        import { cuont } from '../small/count/stage.ts';
                 ~~~~~
      hint: check the name of the import
    "
  `);
});

it('a pipeline file that throws, or exports something else', async () => {
  expect(await declared("throw new RangeError('seven');\n")).toMatchInlineSnapshot(`
    "✗ wrong.ts threw while it was read: RangeError: seven
        pipelines/wrong.ts:1:7
        throw new RangeError('seven');
              ~~~
    "
  `);
  expect(await declared("import { count } from '../small/count/stage.ts';\n\nexport default count();\n"))
    .toMatchInlineSnapshot(`
      "✗ wrong.ts does not export a pipeline: its default export is an object with numbers
          pipelines/wrong.ts:1:1
          import { count } from '../small/count/stage.ts';
          ~~~~~~
        hint: end the file with \`export default pipeline({ … })\`, naming the outputs you want
      "
    `);
});

it('a pipeline file that reads the clock, draws randomness or uses the network', async () => {
  expect(await declared('export default Date.now();\n')).toMatchInlineSnapshot(`
    "✗ a pipeline file must be pure, but this one reads the clock
        pipelines/wrong.ts:1:21
        export default Date.now();
                            ~~~
      hint: do it in a stage, or pass the value as a param or an environment variable
    "
  `);
  expect(await declared('\nconst seed = Math.random();\nexport default seed;\n')).toMatchInlineSnapshot(`
    "✗ a pipeline file must be pure, but this one draws randomness
        pipelines/wrong.ts:2:19
        const seed = Math.random();
                          ~~~~~~
      hint: do it in a stage, or pass the value as a param or an environment variable
    "
  `);
  expect(
    await declared("import { request } from 'node:https';\nexport default request('https://example.org');\n"),
  ).toMatchInlineSnapshot(`
    "✗ a pipeline file must be pure, but this one uses the network
        pipelines/wrong.ts:2:16
        export default request('https://example.org');
                       ~~~~~~~
      hint: do it in a stage, or pass the value as a param or an environment variable
    "
  `);
});

it('a pipeline file that loops for ever', async () => {
  expect(await declared('for (;;);\n')).toMatchInlineSnapshot(`
    "✗ wrong.ts did not finish within <time> while it was read
        pipelines/wrong.ts:1:1
        for (;;);
        ~~~
      hint: look for a loop without an end; a pipeline file only declares, its stages do the work
    "
  `);
});

it('a stage whose code cannot be bundled', async () => {
  const workspace = shared();
  await workspace.edit('small/scale/run.ts', './times.ts', './tiems.ts');
  expect(await refusal(['run', 'numbers'])).toMatchInlineSnapshot(`
    "✗ \`./tiems.ts\` is imported here but cannot be found
        small/scale/run.ts:2:23
        import { times } from './tiems.ts';
                              ~~~~~~~~~~~~
      hint: check the path; imports name the file with its ending, as in \`./helper.ts\`
    "
  `);
  await workspace.edit('small/scale/run.ts', './tiems.ts', './times.ts');
});

it('a data file that is missing', async () => {
  expect(await refusal(['run', 'read'])).toMatchInlineSnapshot(`
    "✗ read reads data/numbers.txt, and there is no such file
        pipelines/read.ts:5:28
        const { numbers } = read({ path: 'data/numbers.txt' });
                                   ~~~~
      hint: paths are relative to the workspace’s root
    "
  `);
  expect(await refusal(['run', 'read', '--set', 'read.path=data'])).toMatchInlineSnapshot(`
    "✗ read reads data, and there is no such file
      hint: it was set by \`--set read.path=data\`; paths are relative to the workspace’s root
    "
  `);
});
