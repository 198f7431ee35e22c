import { expect } from 'vitest';
import type { JobEvent } from '../backend.ts';
import type { Conformance } from './index.ts';

const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');

/** Logs as raw bytes and events as lines, read while they grow. */
export function testStreams({ test }: Conformance): void {
  test('a long log without a line break arrives whole, stdout and stderr apart', async (rig) => {
    const job = await rig.start();
    const block = Buffer.alloc(2 ** 20, '训练');
    await job.do({ do: 'print', stream: 'out', bytes: base64(block), times: 32 });
    await job.do({ do: 'print', stream: 'err', bytes: base64('the last line'), times: 1 });
    const seen = { out: [] as Uint8Array[], err: [] as Uint8Array[] };
    await job.do({ do: 'write', path: 'out/thing/made', text: 'made' });
    await job.tell({ do: 'exit', code: 0 });
    await job.ended(seen);
    const out = Buffer.concat(seen.out);
    expect(out.length).toBe(32 * 2 ** 20);
    expect(out.subarray(-block.length).equals(block)).toBe(true);
    expect(Buffer.concat(seen.err).toString()).toBe('the last line');
    expect(Math.max(...seen.out.map(({ length }) => length))).toBeLessThanOrEqual(2 ** 20);
  });

  test('bytes that are no text stay what they are', async (rig) => {
    const job = await rig.start();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await job.do({ do: 'print', stream: 'out', bytes: base64(bytes), times: 1 });
    const { bytes: read } = await rig.backend.logs(job.handle, 'out', 0);
    expect([...read]).toEqual([...bytes]);
  });

  test('a log is read on from an offset without repeats or gaps', async (rig) => {
    const job = await rig.start();
    await job.do({ do: 'print', stream: 'out', bytes: base64('one two'), times: 1 });
    const first = await rig.backend.logs(job.handle, 'out', 0);
    const none = await rig.backend.logs(job.handle, 'out', first.next);
    await job.do({ do: 'print', stream: 'out', bytes: base64(' three'), times: 1 });
    const second = await rig.backend.logs(job.handle, 'out', none.next);
    expect([first, none, second].map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([
      'one two',
      '',
      ' three',
    ]);
    expect(second.next).toBe(13);
  });

  const event = (seq: number, rest = ''): string =>
    `{"v":1,"seq":${String(seq)},"t":"2020-01-01T00:00:00Z","type":"rig"${rest}}`;

  test('half an event is kept until its end has come', async (rig) => {
    const job = await rig.start();
    const bytes = Buffer.from(`${event(101, ',"name":"训练"')}\n`);
    const cut = bytes.indexOf(Buffer.from('训')) + 1;
    await job.do({ do: 'append', path: 'events.jsonl', bytes: base64(bytes.subarray(0, cut)), times: 1 });
    const before = await rig.backend.events(job.handle, 0);
    expect(before.events.filter(({ type }) => type === 'rig')).toEqual([]);
    await job.do({ do: 'append', path: 'events.jsonl', bytes: base64(bytes.subarray(cut)), times: 1 });
    const after = await rig.backend.events(job.handle, before.next);
    expect(after.events).toMatchObject([{ seq: 101, name: '训练' }]);
  });

  test('events that are repeated, broken, too long or not JSON disturb no others and no verdict', async (rig) => {
    const job = await rig.start();
    const lines = [
      event(101),
      event(101),
      'no event at all',
      '[1]',
      '{"type":"rig"}',
      event(102, ',"loss":NaN,"list":[Infinity,-Infinity],"text":"a:NaN,b"'),
      event(103, `,"text":"${'x'.repeat(2 ** 20)}"`),
      event(107),
    ];
    await job.do({ do: 'append', path: 'events.jsonl', bytes: base64(`${lines.join('\n')}\n`), times: 1 });
    const seen = { events: [] as JobEvent[] };
    await job.do({ do: 'write', path: 'out/thing/made', text: 'made' });
    await job.tell({ do: 'exit', code: 0 });
    const { result } = await job.ended(seen);
    expect(result.outcome).toBe('succeeded');
    const ours = seen.events.filter(({ type }) => type === 'rig');
    expect(ours.map(({ seq }) => seq)).toEqual([101, 102, 107]);
    expect(ours[1]).toMatchObject({ loss: null, list: [null, null], text: 'a:NaN,b' });
  });

  test('a hundred thousand events arrive in order', async (rig) => {
    const job = await rig.start();
    const lines = Array.from({ length: 100_000 }, (_, index) => event(1000 + index)).join('\n');
    await job.do({ do: 'write', path: 'out/thing/made', text: 'made' });
    await job.do({ do: 'append', path: 'events.jsonl', bytes: base64(`${lines}\n`), times: 1 });
    await job.tell({ do: 'exit', code: 0 });
    let count = 0;
    let last = 999;
    const events = {
      push: (each: JobEvent) => (each.type === 'rig' && each.seq === ++last ? ++count : count),
    };
    await job.ended({ events: events as unknown as JobEvent[] });
    expect(count).toBe(100_000);
  });
}
