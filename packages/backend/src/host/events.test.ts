import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEventLog, type EventLog } from './events.ts';

let folder: string;
let path: string;
let log: EventLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-events-'));
  path = join(folder, 'events.jsonl');
  log = createEventLog(path);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function lines(): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('events are numbered and bear a time of day in UTC', async () => {
  log.append('phase', { name: 'reading' });
  log.append('warning', { code: 'x', message: 'y' });
  expect(await lines()).toMatchObject([
    { v: 1, seq: 1, type: 'phase', name: 'reading', t: expect.stringMatching(/^\d{4}-.*Z$/) as unknown },
    { v: 1, seq: 2, type: 'warning', code: 'x', message: 'y' },
  ]);
});

it('progress for every row is thinned out, its last word is kept', async () => {
  for (let row = 1; row <= 10_000; row++) log.progress(row, 20_000, undefined);
  log.append('bye', {});
  const written = await lines();
  expect(written.length).toBeLessThan(1000);
  expect(written.at(-2)).toMatchObject({ type: 'progress', step: 10_000, of: 20_000, metrics: {} });
});

it('progress with figures is never thinned out, and NaN becomes null', async () => {
  for (let step = 1; step <= 50; step++) log.progress(step, 50, { loss: step === 3 ? NaN : 1 / step });
  const written = await lines();
  expect(written).toHaveLength(50);
  expect(written[2]).toMatchObject({ metrics: { loss: null } });
});

it('an event that is too long loses the end of its longest text', async () => {
  log.append('text', { key: 'Prediction', content: '训"'.repeat(50_000) });
  const [bytes, [event]] = [await readFile(path), await lines()];
  expect(bytes.length).toBeLessThanOrEqual(64 * 1024);
  expect(event).toMatchObject({ key: 'Prediction', content: expect.stringMatching(/^训"训.*…$/) as unknown });
});

it('an event that cannot be written is dropped', () => {
  const nowhere = createEventLog(join(folder, 'missing', 'events.jsonl'));
  expect(() => {
    nowhere.append('phase', { name: 'x' });
  }).not.toThrow();
});
