import { describe, expect, test } from 'vitest';
import { parseModule } from './parse.ts';
import { reduceModule } from './reduce.ts';

const reduce = (source: string): string | undefined => reduceModule(parseModule(source));

/** Each on a line of its own: two spellings of one program. */
const same: readonly [string, string][] = [
  ['x = a, b', 'x = (a, b,)'],
  ['x = ((a))', 'x = a'],
  ['for (a, b) in (c, d): pass', 'for a, b in c, d: pass'],
  ['[a for (a, b) in c]', '[a for a, b in c]'],
  ['del (a, b)', 'del a, b'],
  ['x[(a, b)]', 'x[a, b,]'],
  ['f((x for x in y))', 'f(x for x in y)'],
  ['(not a) or b', 'not a or b'],
  ['(await a) + b', 'await a + b'],
  ['(a * b) + c', 'a * b + c'],
  ['(a - b) - c', 'a - b - c'],
  ['a ** (b ** c)', 'a ** b ** c'],
  ['-(a ** b)', '-a ** b'],
  ['a if (b) else (c)', '(a if b else c)'],
  ['(lambda: (a))', 'lambda: a'],
  ['(yield a, b)', 'yield a, b'],
  ['class A(): pass', 'class A: pass'],
  ['with (a): pass', 'with a: pass'],
  ['with (a, b): pass', 'with a, b: pass'],
  ['with (a as b,): pass', 'with a as b: pass'],
  ['match x:\n  case (A(1) | B): pass', 'match x:\n    case A(1) | B: pass'],
  ['match x:\n  case (a, b): pass', 'match x:\n  case a, b: pass'],
  ['x = .5 + 1E+3 + 0XFF + 1J', 'x = 0.5 + 1e3 + 0xff + 1j'],
  ['x = y[5.] * 1.e5 + 24.*3600. - 1.j', 'x = y[5.0] * 1.0e5 + 24.0 * 3600.0 - 1.0j'],
  ['x = 1..real', 'x = 1.0.real'],
  [`x = '\\N{bullet}'`, `x = '\\N{BULLET}'`],
  [`x = 'it\\'s'`, `x = "it's"`],
  [`x = 'a' "b" r'c'`, `x = 'abc'`],
  [`x = f'{a}' 'b{'`, `x = f"{a}b{{"`],
  [`x = f'plain'`, `x = 'plain'`],
  [`x = b'\\x41' B'B'`, `x = b'AB'`],
  [`x = '\\u00e9\\351\\xE9'`, `x = 'ééé'`],
  [`x = 'a\\\nb'`, `x = 'ab'`],
  ['if a:\n\tb\n\tc', 'if a:\n  b\n\n  c'],
  ['def f():\n  """doc"""', 'def f(): ("other" "doc")'],
  ['import a, b', 'import a\nimport b'],
  ['from a import (c, b as d)', 'from a import b as d, c'],
];

/** Two programs. */
const different: readonly [string, string][] = [
  ['x = a', 'x = a,'],
  ['x[a]', 'x[a,]'],
  ['(a < b) < c', 'a < b < c'],
  ['a < (b < c)', 'a < b < c'],
  ['not (a or b)', 'not a or b'],
  ['not (a and b)', 'not a and b'],
  ['await (a + b)', 'await a + b'],
  ['await (a ** b)', 'await a ** b'],
  ['(-a) ** b', '-a ** b'],
  ['a - (b - c)', 'a - b - c'],
  ['(a ** b) ** c', 'a ** b ** c'],
  ['a or (b and c)', '(a or b) and c'],
  ['f((a, b))', 'f(a, b)'],
  ['(yield a), b', 'yield a, b'],
  ['lambda: (a, b)', '(lambda: a), b'],
  ['a if b else (c, d)', '(a if b else c), d'],
  ['(x): int = 1', 'x: int = 1'],
  ['assert (a, b)', 'assert a, b'],
  ['{a: b}', '{a, b}'],
  ['[a]', '[a,b]'],
  ['f(*a)', 'f(**a)'],
  ['def f(a, /, b): pass', 'def f(a, b): pass'],
  ['def f(a, *, b): pass', 'def f(a, b): pass'],
  ['def f() -> a: pass', 'def f(): pass'],
  ['async def f(): pass', 'def f(): pass'],
  ['try: a\nexcept* B: c', 'try: a\nexcept B: c'],
  ['with (a, b) as c: pass', 'with a, b as c: pass'],
  ['x = "a" "b"', 'x = "a", "b"'],
  [`x = r'\\n'`, `x = '\\n'`],
  [`x = b'a'`, `x = 'a'`],
  [`x = '\\N{BULLET}'`, `x = '\\\\N{BULLET}'`],
  [`x = f'{a}'`, `x = '{a}'`],
  [`x = f'{a!r}'`, `x = f'{a!s}'`],
  [`x = f'{a = }'`, `x = f'{a=}'`],
  [`x = f'{a:{b}}'`, `x = f'{a:b}'`],
  [`x = f'{{a}}'`, `x = f'{a}'`],
  ['if a:\n  b\nc', 'if a:\n  b\n  c'],
  ['a is not b', 'a is (not b)'],
  ['1 .e5', '1.e5'],
  [`x = '5.'`, `x = '5.0'`],
  [`x = f'5.'`, `x = f'5.0'`],
  ['match x:\n  case A(): pass', 'match x:\n  case A: pass'],
  ['a not in b', 'not (a in b) or c'],
  ['return', 'return None'],
  ['def f(): pass', 'def f():\n  """doc"""'],
  ['x = 1\n"not a docstring"', 'x = 1'],
  ['from a import b as x, c as x', 'from a import c as x, b as x'],
  ['from .a import b', 'from a import b'],
  ['global a', 'nonlocal a'],
  ['for a, *b in c: pass', 'for a, b in c: pass'],
  ['[a for *a, b in c]', '[a for a, b in c]'],
];

describe('two spellings of one program are reduced to the same text', () => {
  test.each(same)('%j and %j', (one, other) => {
    expect(reduce(one)).toBeDefined();
    expect(reduce(other)).toBe(reduce(one));
  });
});

describe('two programs are not', () => {
  test.each(different)('%j and %j', (one, other) => {
    expect(reduce(one)).toBeDefined();
    expect(reduce(other)).not.toBe(reduce(one));
  });
});

test('the reduced text reads like Python', () => {
  const source = `
@decorated( 'a' )
async def main(rows: list[int], *rest, limit = 1_0, **options) -> dict[str, int]:
    """Doc."""
    # Comment.
    with open("x") as file:
        try:
            return {"a": -x ** 2 if not a and b in (c,) else [y for y in z if y], **options}
        except (A, B) as error: raise C from error
        finally: pass
    match rows:
        case [1, *others] if others: print(f"{others!r:>{limit}} ")
        case {"k": Point(x=0) as p} | None: ...
    x: int = await y; z += lambda a, b=1: a
`;
  expect(reduce(source)).toMatchInlineSnapshot(`
    "@ decorated("a")
    async def main(rows: list[int], *rest, limit=10, **options) -> dict[str, int]:
        with open("x") as file:
            try:
                return {"a": (-(x ** 2) if (not a) and (b in (c,)) else [y for y in z if y]), **options}
            except (A, B) as error:
                raise C from error
            finally:
                pass
        match rows:
            case [1, *others] if others:
                print(f"{others!r:>{limit}} ")
            case ({"k": (Point(x=0) as p)} | None):
                ...
        x : int = await y
        z += (lambda a, b=1: a)
    "
  `);
});

test.each([
  ['an error', 'x = = 1'],
  ['an open string', 'x = "a'],
  ['an open format string', 'f"'],
  ['bytes beside text', 'x = b"a" "b"'],
  ['nesting deeper than the stack', `x = ${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
])('a module with %s is not reduced', (_what, source) => {
  expect(reduce(source)).toBeUndefined();
});
