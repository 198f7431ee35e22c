import { expect, it } from 'vitest';
import { topLevels } from './symbols.ts';

const named = (path: string, source: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...topLevels(path, source)].map(([name, { lines }]) => [name, lines.join('\n')]));

it('each variable of one statement is told by itself, and what a pattern takes apart together', () => {
  const source = `export const a = 1, f = (x) => x, b = [
  1, 2
];
const { c, d: e, ...rest } = read(), [g, { h = 1 }] = more();
let late;
class K {}
start();`;
  expect(named('run.ts', source)).toEqual({
    a: 'export const a = 1;',
    f: 'export const f = (x) => x;',
    b: 'export const b = [\n  1, 2\n];',
    'c, e, rest': 'const { c, d: e, ...rest } = read();',
    'g, h': 'const [g, { h = 1 }] = more();',
    late: 'let late;',
    K: 'class K {}',
    '': 'start();',
  });
  expect([...topLevels('run.ts', source).values()].filter((one) => one.isFunction)).toMatchObject([
    { name: 'f' },
  ]);
});

it('a statement of Python that gives several names, or adds to one, is told by them', () => {
  const source = `a, b = (1, 2)
(c, d) = pair()
first, *rest = words
NAMES: list[str] = []
NAMES += ["x"]
if a == b:
    start()`;
  expect(named('run.py', source)).toEqual({
    'a, b': 'a, b = (1, 2)',
    'c, d': '(c, d) = pair()',
    'first, *rest': 'first, *rest = words',
    NAMES: 'NAMES: list[str] = []\nNAMES += ["x"]',
    '': 'if a == b:\n    start()',
  });
});
