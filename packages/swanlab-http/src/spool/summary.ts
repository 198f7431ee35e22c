import type { RunSummary } from '../summary.ts';
import { highestSteps } from '../summary.ts';
import { decodeRecord } from './decoding.ts';
import { SpoolReader } from './reader.ts';

/** How far a log has come: the highest step of every key, and its last console line. */
export function summariseLog(path: string): RunSummary {
  const floors = new Map<string, number>();
  let lastLine = 0;
  const reader = new SpoolReader(path);
  try {
    for (let payload = reader.next(); payload !== undefined; payload = reader.next()) {
      const record = decodeRecord(payload);
      if (record?.kind === 'scalar' || record?.kind === 'media') {
        const { key, step } = record.body;
        floors.set(key, Math.max(step, floors.get(key) ?? -1));
      } else if (record?.kind === 'log') lastLine = Math.max(lastLine, record.body.epoch);
      // Why a run failed is one more line.
      else if (record?.kind === 'finish' && record.body.error !== '') lastLine += 1;
    }
  } finally {
    reader.close();
  }
  const known = { scalars: new Map<string, number>(), media: new Map<string, number>() };
  return { known, floors, lastLine, ...highestSteps([...floors]) };
}
