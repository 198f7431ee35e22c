import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEvents, readLog } from './read.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-tail-'));
  path = join(folder, 'events.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const event = (seq: number, text = ''): string => JSON.stringify({ v: 1, seq, t: 'now', type: 'test', text });

it('a file that is not there has nothing new', async () => {
  expect(await readEvents(path, 0)).toEqual({ events: [], next: 0 });
  expect((await readLog(path, 7)).next).toBe(7);
});

it('cut at every byte, a file gives the same events', async () => {
  const content = Buffer.from(`${event(1, '训练 🚀')}\n${event(2)}\n`);
  for (let cut = 0; cut <= content.length; cut++) {
    await writeFile(path, content.subarray(0, cut));
    const first = await readEvents(path, 0);
    await writeFile(path, content);
    const second = await readEvents(path, first.next);
    const texts = [...first.events, ...second.events].map(({ seq, text }) => [seq, text]);
    expect(texts).toEqual([
      [1, '训练 🚀'],
      [2, ''],
    ]);
    expect(second.next).toBe(content.length);
  }
});

it('a line of any length is passed over in pieces, and the next one is read', async () => {
  await writeFile(path, `${event(1, 'x'.repeat(3_000_000))}\n${event(2)}\n`);
  const seen: number[] = [];
  let reads = 0;
  for (let from = 0, next = -1; from !== next; reads++) {
    next = from;
    const read = await readEvents(path, from);
    seen.push(...read.events.map(({ seq }) => seq));
    from = read.next;
  }
  expect(seen).toEqual([2]);
  expect(reads).toBeGreaterThan(10);
});

it('what is no event is passed over', async () => {
  await writeFile(path, ['{"seq":1}', '{"type":"x"}', 'null', '3', '{', '', event(5)].join('\n') + '\n');
  expect((await readEvents(path, 0)).events.map(({ seq }) => seq)).toEqual([5]);
});

it('a NaN of Python is null, and stays what it is within a text', async () => {
  await writeFile(
    path,
    '{"seq":1,"type":"x","loss":NaN,"all":[-Infinity, Infinity],"text":"[NaN, \\"NaN\\"]"}\n',
  );
  expect((await readEvents(path, 0)).events[0]).toMatchObject({
    loss: null,
    all: [null, null],
    text: '[NaN, "NaN"]',
  });
});
