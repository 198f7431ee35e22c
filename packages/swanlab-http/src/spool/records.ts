import type { Timestamp } from '../timestamps.ts';

/**
 * The messages of `swanlab.record.v1` as swanlab 0.10.3 reads and writes them. The numbers are those of its descriptors.
 */

export const RunState = { running: 0, finished: 1, crashed: 2, aborted: 3 } as const;
export const ResumeMode = { never: 0, allow: 1, must: 2 } as const;
export const SavePolicy = { now: 0, end: 1, live: 2 } as const;
export const SaveType = { custom: 0, config: 1, metadata: 2, requirements: 3, conda: 4 } as const;
/** 1 a number; 2 to 9 media, see media.ts; 0 unknown. */
export type ColumnType = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** `num` of the records of which there is one, or of which the last one counts. All others count 1, 2, 3... */
export const recordNumber = {
  start: -1,
  finish: -2,
  config: -3,
  metadata: -4,
  requirements: -5,
  conda: -6,
} as const;

export interface StartRecord {
  readonly project: string;
  readonly workspace: string;
  readonly public: boolean;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly group: string;
  readonly jobType: string;
  readonly color: string;
  readonly id: string;
  readonly resume: number;
  readonly startedAt: Timestamp;
}

export interface FinishRecord {
  readonly state: number;
  readonly error: string;
  readonly finishedAt: Timestamp;
}

export interface ColumnRecord {
  readonly system: boolean;
  readonly type: number;
  readonly key: string;
  readonly section: string;
  readonly xAxis: string | undefined;
  readonly hidden: boolean;
}

export interface ScalarRecord {
  readonly key: string;
  readonly step: number;
  readonly time: Timestamp | undefined;
  readonly value: number;
}

export interface MediaItem {
  readonly fileName: string;
  readonly sha256: string;
  readonly size: number;
  readonly caption: string;
  /** The bytes themselves, where a client keeps no folder. */
  readonly payload: Uint8Array | undefined;
}

export interface MediaRecord {
  readonly key: string;
  readonly step: number;
  readonly type: number;
  readonly time: Timestamp | undefined;
  readonly items: readonly MediaItem[];
}

export interface LogRecord {
  readonly line: string;
  readonly error: boolean;
  readonly time: Timestamp | undefined;
  /** The line's number, from 1. */
  readonly epoch: number;
}

export interface SaveRecord {
  readonly name: string;
  readonly sourcePath: string;
  readonly policy: number;
  readonly type: number;
  readonly payload: Uint8Array | undefined;
}

export interface Bodies {
  readonly start: StartRecord;
  readonly finish: FinishRecord;
  readonly column: ColumnRecord;
  readonly scalar: ScalarRecord;
  readonly media: MediaRecord;
  readonly log: LogRecord;
  readonly save: SaveRecord;
}

export type Kind = keyof Bodies;
export type SpoolRecord = {
  [K in Kind]: { readonly kind: K; readonly num: number; readonly time: Timestamp; readonly body: Bodies[K] };
}[Kind];

/** Which field of a record holds which kind. */
export const recordFields: Readonly<Record<Kind, number>> = {
  start: 10,
  finish: 11,
  column: 12,
  scalar: 13,
  media: 14,
  log: 16,
  save: 20,
};
