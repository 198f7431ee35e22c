import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLines } from './lines.ts';

it('a line that came in one piece is repainted from its first row', async () => {
  let shown = '';
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      shown += chunk.toString();
      done();
    },
  });
  Object.assign(output, { columns: 20 });
  const input = new PassThrough();
  const lines = createLines(input, output);
  lines.prompt();
  // The prompt and thirty characters of two cells each: three rows of twenty cells, and two cells more.
  input.write('春'.repeat(30));
  shown = '';
  input.write('\u007f');
  expect(shown).toContain('\u001b[3A');
  expect(shown).toContain(`> ${'春'.repeat(29)}`);

  const line = once(lines, 'line');
  input.write('\r');
  expect(await line).toEqual(['春'.repeat(29)]);
  lines.close();
});
