import type { Series } from './series.ts';
import type { LaneName } from './spool/bookmark.ts';
import type { Bodies, Kind, SpoolRecord } from './spool/records.ts';
import { encodeRecord, encodeScalarInto } from './spool/encoding.ts';
import { recordNumber } from './spool/records.ts';
import { SpoolWriter } from './spool/writer.ts';
import type { Timestamp } from './timestamps.ts';

/** Bytes of a scalar record besides its key, at their most. */
const scalarOverhead = 96;

const laneOfKind: Partial<Record<Kind, LaneName>> = {
  column: 'series',
  scalar: 'scalar',
  media: 'media',
  log: 'console',
  save: 'file',
};

/** Numbers the records of a run and puts them into its log, which is all the memory there is of what was logged. */
export class Journal {
  readonly #writer: SpoolWriter;
  readonly #onWrite: (lane: LaneName) => void;
  #count = 0;

  constructor(path: string, onWrite: (lane: LaneName) => void) {
    this.#writer = new SpoolWriter(path);
    this.#onWrite = onWrite;
  }

  get path(): string {
    return this.#writer.path;
  }

  /** How far the file may be read. */
  get flushed(): number {
    return this.#writer.flushed;
  }

  /** False where the disk and the memory kept for that case are full. */
  scalar(series: Series, step: number, time: Timestamp, value: number): boolean {
    const key = series.keyBytes;
    const slot = this.#writer.reserve(scalarOverhead + key.length);
    if (slot === undefined) return this.write('scalar', { key: series.key, step, time, value }, time);
    this.#count += 1;
    this.#writer.commit(slot, encodeScalarInto(slot.bytes, slot.at, this.#count, key, step, time, value));
    this.#onWrite('scalar');
    return true;
  }

  write<K extends Kind>(kind: K, body: Bodies[K], time: Timestamp, num?: number): boolean {
    const record = { kind, body, time, num: num ?? this.#count + 1 } as SpoolRecord;
    if (!this.#writer.append(encodeRecord(record))) return false;
    if (num === undefined) this.#count += 1;
    const lane = laneOfKind[kind];
    if (lane !== undefined) this.#onWrite(lane);
    return true;
  }

  start(body: Bodies['start'], time: Timestamp): void {
    this.write('start', body, time, recordNumber.start);
  }

  finish(body: Bodies['finish'], time: Timestamp): void {
    this.write('finish', body, time, recordNumber.finish);
  }

  /** Throws what the disk says; nothing is lost by it. */
  flush(): void {
    this.#writer.flush();
  }

  close(): void {
    this.#writer.close();
  }
}
