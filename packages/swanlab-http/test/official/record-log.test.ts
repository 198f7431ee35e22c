import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpoolReader } from '../../src/spool/reader.ts';
import { SpoolWriter } from '../../src/spool/writer.ts';
import { fromYaml } from '../../src/spool/yaml-reader.ts';
import { toYaml } from '../../src/spool/yaml-writer.ts';
import { createRig, temporaryFolder } from '../support/rig.ts';
import { reason, runScript, withoutPython } from './official-client.ts';

/** Around what fits into a block with its header, and around two of them. */
const edges = [
  0, 1, 7, 32_740, 32_747, 32_753, 32_754, 32_755, 32_760, 32_761, 32_762, 32_768, 65_515, 65_522, 65_529,
  98_304,
];

const content = (index: number, size: number) =>
  Buffer.from(Array.from({ length: size }, (_, at) => (index * 31 + at) % 251));

function sizesFor(seed: number): number[] {
  const arbitrary = fc.array(fc.oneof(fc.constantFrom(...edges), fc.nat(200), fc.nat(70_000)), {
    minLength: 20,
    maxLength: 40,
  });
  return fc.sample(arbitrary, { numRuns: 1, seed })[0] as number[];
}

describe.skipIf(withoutPython)(withoutPython ? `skipped: ${reason}` : 'the official record log', () => {
  test.each([1, 2])('our writer and their reader agree on records of any size (seed %i)', async (seed) => {
    const sizes = [...edges, ...sizesFor(seed)];
    const path = join(temporaryFolder(), 'run-x.swanlab');
    const writer = new SpoolWriter(path);
    sizes.forEach((size, index) => writer.append(content(index, size)));
    writer.close();
    const read = (await runScript('framing.py', ['read', path])).trim().split('\n');
    expect(read).toEqual(
      sizes.map(
        (size, index) => `${size} ${createHash('sha256').update(content(index, size)).digest('hex')}`,
      ),
    );
  });

  test.each([3, 4])(
    'their writer and our reader agree, and the files are the same byte for byte (seed %i)',
    async (seed) => {
      const sizes = [...edges, ...sizesFor(seed)];
      const folder = temporaryFolder();
      const theirs = join(folder, 'theirs.swanlab');
      await runScript('framing.py', ['write', theirs, ...sizes.map(String)]);
      const reader = new SpoolReader(theirs);
      const read = sizes.map(() => Buffer.from(reader.next() ?? []));
      expect(reader.next()).toBeUndefined();
      expect(reader.ended).toBe('end');
      reader.close();
      expect(read.every((bytes, index) => bytes.equals(content(index, sizes[index] as number)))).toBe(true);
      const ours = join(folder, 'ours.swanlab');
      const writer = new SpoolWriter(ours);
      sizes.forEach((size, index) => writer.append(content(index, size)));
      writer.close();
      expect(readFileSync(ours).equals(readFileSync(theirs))).toBe(true);
    },
  );

  test('every kind of record means to their descriptors what we meant', async () => {
    const { client } = await createRig();
    const run = await client.init({
      project: 'p',
      mode: 'offline',
      id: 'r1',
      resume: 'allow',
      tags: ['a', 'b'],
      description: 'd',
      group: 'g',
      jobType: 'j',
      color: '#112233',
      public: true,
      workspace: 'w',
      name: 'n',
    });
    run.defineMetric('val/*', { xAxis: 'epoch', sectionName: 'V', hidden: true });
    run.log({ 'train/loss': 0.5, 'val/acc': 0, epoch: -2.5 }, { step: 2 ** 40 });
    run.logText({ key: 't', data: 'hello', caption: '标题', step: 7 });
    run.logSystem({ 'cpu.pct': 1 });
    run.console('line', 'ERROR');
    await run.finish('aborted', { error: 'why' });
    const log = join(run.folder as string, 'run-r1.swanlab');
    const lines = (await runScript('records.py', [log]))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
    const of = (kind: string) => lines.flatMap((line) => (line[kind] === undefined ? [] : [line[kind]]));
    expect(of('start')).toMatchObject([
      {
        project: 'p',
        workspace: 'w',
        public: true,
        name: 'n',
        description: 'd',
        tags: ['a', 'b'],
        group: 'g',
        job_type: 'j',
        color: '#112233',
        id: 'r1',
        resume: 'RESUME_MODE_ALLOW',
      },
    ]);
    expect(of('column')).toMatchObject([
      {
        column_class: 'COLUMN_CLASS_CUSTOM',
        column_type: 'COLUMN_TYPE_SCALAR',
        column_key: 'train/loss',
        section_name: 'train',
        section_type: 'SECTION_TYPE_PUBLIC',
      },
      { column_key: 'val/acc', section_name: 'V', x_axis: 'epoch', hidden: true },
      { column_key: 'epoch' },
      { column_key: 't', column_type: 'COLUMN_TYPE_TEXT' },
      { column_key: '__swanlab__.cpu.pct', column_class: 'COLUMN_CLASS_SYSTEM' },
    ]);
    expect(of('scalar')).toMatchObject([
      { key: 'train/loss', step: String(2 ** 40), value: { number: 0.5 } },
      { key: 'val/acc', step: String(2 ** 40), value: {} },
      { key: 'epoch', value: { number: -2.5 } },
      { key: '__swanlab__.cpu.pct' },
    ]);
    expect(of('media')).toMatchObject([
      {
        key: 't',
        step: '7',
        type: 'COLUMN_TYPE_TEXT',
        value: { items: [{ caption: '标题', size: '5', filename: '007-2cf24dba.txt' }] },
      },
    ]);
    expect(of('log')).toMatchObject([{ line: 'line', level: 'LOG_LEVEL_ERROR', epoch: '1' }]);
    expect(of('save')).toMatchObject([
      { name: 'config', type: 'SAVE_TYPE_CONFIG' },
      { name: 'metadata', type: 'SAVE_TYPE_METADATA' },
    ]);
    expect(of('finish')).toMatchObject([{ state: 'RUN_STATE_ABORTED', error: 'why' }]);
    expect(lines.map(({ num }) => Number(num))).toEqual(
      [-1, -3, -4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -2].slice(0, lines.length - 1).concat(-2),
    );
  });

  const configs = fc.dictionary(
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          null,
          true,
          false,
          '',
          'yes',
          'null',
          '1e5',
          '0x1F',
          '~',
          '- a',
          'a: b',
          '#c',
          ' lead',
          'trail ',
          'a\nb',
          '\n',
          '12:30:00',
          '2001-01-01',
          '=',
          '<<',
          '|',
          '> x',
          "it's",
          '"q"',
          'tab\there',
          'long '.repeat(60),
          '长'.repeat(120),
        ),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 3 }),
      ),
    })).value,
    { maxKeys: 6 },
  );

  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

  test('PyYAML reads every config of ours', async () => {
    const folder = temporaryFolder();
    for (const config of fc.sample(configs, { numRuns: 40, seed: 11 })) {
      const path = join(folder, 'config.yaml');
      writeFileSync(path, toYaml(config));
      expect(JSON.parse(await runScript('yaml_config.py', ['load', path]))).toEqual(plain(config));
      expect(fromYaml(toYaml(config))).toEqual(plain(config));
    }
  });

  test('we read every config that PyYAML writes', async () => {
    const folder = temporaryFolder();
    for (const config of fc.sample(configs, { numRuns: 60, seed: 12 })) {
      const path = join(folder, 'config.yaml');
      await runScript('yaml_config.py', ['dump', path], { input: JSON.stringify(config) });
      const text = readFileSync(path, 'utf8');
      expect(fromYaml(text), text).toEqual(plain(config));
    }
  });
});
