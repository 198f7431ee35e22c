import { expect, test } from 'vitest';
import { readInvocation } from './invocation.js';

/** @param {string} line */
const read = (line) => readInvocation(['node', 'nx', ...line.split(' ')]);

test.each([
  ['run pipelines:a', ['pipelines'], ['a'], undefined],
  ['run pipelines:a:tiny', ['pipelines'], ['a'], 'tiny'],
  ['run pipelines:a:tiny -c hub', ['pipelines'], ['a'], 'hub'],
  ['run a -p pipelines -c=tiny', ['pipelines'], ['a'], 'tiny'],
  ['run --target a --project pipelines --prod', ['pipelines'], ['a'], 'production'],
  ['a pipelines --configuration=tiny', ['pipelines'], ['a'], 'tiny'],
  ['a -c tiny', undefined, ['a'], 'tiny'],
  ['run-many -t a b -c tiny', undefined, ['a', 'b'], 'tiny'],
  ['run-many --targets=a,b -p pipelines,x', ['pipelines', 'x'], ['a', 'b'], undefined],
  ['affected --base main -t a -c tiny', undefined, ['a'], 'tiny'],
])('`nx %s` is read as Nx reads it', (line, projects, targets, configuration) => {
  expect(read(line)).toEqual({ projects, targets, configuration });
});

test('what follows -- is none of Nx', () => {
  expect(read('run pipelines:a -- -c tiny -t b')).toEqual({
    projects: ['pipelines'],
    targets: ['a'],
    configuration: undefined,
  });
});

test('the value of an option is no name', () => {
  expect(read('run --parallel 3 --output-style static pipelines:a:tiny')).toMatchObject({ targets: ['a'] });
});
