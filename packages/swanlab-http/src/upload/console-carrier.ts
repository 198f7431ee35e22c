import type { FinishRecord, LogRecord } from '../spool/records.ts';
import { RunState } from '../spool/records.ts';
import type { Timestamp } from '../timestamps.ts';
import { formatTimestamp } from '../timestamps.ts';
import type { Parcel } from './delivery.ts';
import { deliver } from './delivery.ts';
import type { Gate } from './gate.ts';
import type { Carrier } from './lane.ts';
import type { Target } from './target.ts';
import { postMetrics } from './target.ts';

interface LineParcel extends Parcel {
  readonly json: string;
  readonly number: number;
}

export interface ConsoleCarrier extends Carrier<LineParcel> {
  /** Number of the last line that was sent. */
  readonly lastSent: () => number;
}

/** Sends console lines, and at the end, as one more line, why a run failed. */
export function createConsoleCarrier(target: Target, gate: Gate, lastLine: number): ConsoleCarrier {
  let lastRead = lastLine;
  let lastSent = lastLine;
  return {
    name: 'console',
    lastSent: () => lastSent,
    kinds: new Set(['log', 'finish']),
    read(record, start) {
      let line: LogRecord | undefined;
      if (record.kind === 'log') line = record.body;
      else if (record.kind === 'finish') line = lastWords(record.body, lastRead + 1);
      if (line === undefined || !gate.line(line.epoch)) return undefined;
      lastRead = line.epoch;
      return { start, key: `line ${line.epoch}`, ...lineJson(line, record.time), number: line.epoch };
    },
    async deliver(items, signal) {
      const delivery = await deliver(items, async (part) => {
        await postMetrics(
          target,
          'log',
          part.map((item) => item.json),
          signal,
        );
      });
      lastSent = delivery.sent.at(-1)?.number ?? lastSent;
      return delivery;
    },
  };
}

/** The whole error, not cut to the length of a console line. */
function lastWords(finish: FinishRecord, number: number): LogRecord | undefined {
  if (finish.state === RunState.finished || finish.state === RunState.running) return undefined;
  const line = finish.error || 'the run did not say why it ended';
  return { line, error: true, time: finish.finishedAt, epoch: number };
}

function lineJson(line: LogRecord, written: Timestamp): { json: string; bytes: number } {
  const json = JSON.stringify({
    level: line.error ? 'ERROR' : 'INFO',
    epoch: line.epoch,
    message: line.line,
    create_time: formatTimestamp(line.time ?? written),
  });
  return { json, bytes: Buffer.byteLength(json) + 1 };
}
