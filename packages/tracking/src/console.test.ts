import { expect, test } from 'vitest';
import { createLineAssembler } from './console.ts';

/** All lines of a stream that comes in these pieces. */
function linesOf(...pieces: readonly string[]): readonly string[] {
  const stream = createLineAssembler();
  return [...pieces.flatMap((piece) => stream.add(piece)), ...stream.rest()];
}

test('a line that comes in pieces is one line', () => {
  expect(linesOf('he', 'llo\nwor', 'ld\n')).toEqual(['hello', 'world']);
});

test('a last line without an end is kept', () => {
  expect(linesOf('one\ntwo')).toEqual(['one', 'two']);
});

test('of a progress bar the last stroke is kept', () => {
  expect(linesOf(' 1%\r 2%', '\r 3%\r', ' 4%\n')).toEqual([' 4%']);
});

test('a line that ends as on Windows is not painted over by its end', () => {
  expect(linesOf('one\r', '\ntwo\r\n')).toEqual(['one', 'two']);
});

test('colours and titles of windows are no text', () => {
  expect(linesOf('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007end\n')).toEqual(['red end']);
});

test('an empty line stays', () => {
  expect(linesOf('one\n\ntwo\n')).toEqual(['one', '', 'two']);
});
