import { expect, test } from 'vitest';
import { pipelineFiles } from './pipelines.js';

test('a pipeline has the configurations whose files carry its name', () => {
  const paths = ['b.ts', 'a.tiny.yaml', 'a.hub.yaml', 'a.ts', 'ab.tiny.yaml'].map(
    (name) => `pipelines/${name}`,
  );
  expect(pipelineFiles(paths)).toEqual([
    { name: 'a', path: 'pipelines/a.ts', configurations: ['hub', 'tiny'] },
    { name: 'b', path: 'pipelines/b.ts', configurations: [] },
  ]);
});

test('tests, declarations, locks and files in folders are no pipelines', () => {
  const names = ['a.test.ts', 'a.d.ts', 'a.lock', 'a.yaml', 'shared/b.ts', 'a.tiny.extra.yaml'];
  expect(pipelineFiles(names.map((name) => `pipelines/${name}`))).toEqual([]);
});
