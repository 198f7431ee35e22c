import type { Timestamp } from '../timestamps.ts';
import { ProtoReader } from './protobuf.ts';
import type { Bodies, Kind, MediaItem, SpoolRecord } from './records.ts';
import { recordFields } from './records.ts';

const kinds = new Map(Object.entries(recordFields).map(([kind, field]) => [field, kind as Kind]));

/** Which kind of record `bytes` hold, without reading it; undefined for one of a later version. */
export function kindOf(bytes: Buffer, start = 0, end = bytes.length): Kind | undefined {
  const reader = new ProtoReader(bytes, start, end);
  while (reader.next()) {
    const kind = kinds.get(reader.field);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

export function decodeRecord(payload: Buffer): SpoolRecord | undefined {
  const reader = new ProtoReader(payload);
  let num = 0;
  let time: Timestamp = { seconds: 0, nanos: 0 };
  let found: Pick<SpoolRecord, 'kind' | 'body'> | undefined;
  while (reader.next()) {
    if (reader.field === 1) num = reader.integer();
    else if (reader.field === 2) time = readTime(reader.message());
    else {
      const kind = kinds.get(reader.field);
      if (kind !== undefined) found = { kind, body: readers[kind](reader.message()) };
    }
  }
  return found === undefined ? undefined : ({ num, time, ...found } as SpoolRecord);
}

const readers: { [K in Kind]: (from: ProtoReader) => Bodies[K] } = {
  start(from) {
    const body = {
      project: '',
      workspace: '',
      public: false,
      name: '',
      description: '',
      tags: [] as string[],
      group: '',
      jobType: '',
      color: '',
      id: '',
      resume: 0,
      startedAt: { seconds: 0, nanos: 0 } as Timestamp,
    };
    while (from.next()) {
      if (from.field === 1) body.project = from.text();
      else if (from.field === 2) body.workspace = from.text();
      else if (from.field === 3) body.public = from.boolean();
      else if (from.field === 4) body.name = from.text();
      else if (from.field === 5) body.description = from.text();
      else if (from.field === 6) body.tags.push(from.text());
      else if (from.field === 7) body.group = from.text();
      else if (from.field === 8) body.jobType = from.text();
      else if (from.field === 9) body.color = from.text();
      else if (from.field === 10) body.id = from.text();
      else if (from.field === 11) body.resume = from.integer();
      else if (from.field === 12) body.startedAt = readTime(from.message());
    }
    return body;
  },
  finish(from) {
    const body = { state: 0, error: '', finishedAt: { seconds: 0, nanos: 0 } as Timestamp };
    while (from.next()) {
      if (from.field === 1) body.state = from.integer();
      else if (from.field === 2) body.error = from.text();
      else if (from.field === 3) body.finishedAt = readTime(from.message());
    }
    return body;
  },
  column(from) {
    const body = {
      system: false,
      type: 0,
      key: '',
      section: '',
      xAxis: undefined as string | undefined,
      hidden: false,
    };
    while (from.next()) {
      if (from.field === 1) body.system = from.integer() === 2;
      else if (from.field === 2) body.type = from.integer();
      else if (from.field === 3) body.key = from.text();
      else if (from.field === 5) body.section = from.text();
      else if (from.field === 13) body.xAxis = from.text();
      else if (from.field === 14) body.hidden = from.boolean();
    }
    return body;
  },
  scalar(from) {
    const body = { key: '', step: 0, time: undefined as Timestamp | undefined, value: 0 };
    while (from.next()) {
      if (from.field === 1) body.key = from.text();
      else if (from.field === 2) body.step = from.integer();
      else if (from.field === 4) body.time = readTime(from.message());
      else if (from.field === 5) {
        const value = from.message();
        while (value.next()) if (value.field === 1) body.value = value.double();
      }
    }
    return body;
  },
  media(from) {
    const body = {
      key: '',
      step: 0,
      type: 0,
      time: undefined as Timestamp | undefined,
      items: [] as MediaItem[],
    };
    while (from.next()) {
      if (from.field === 1) body.key = from.text();
      else if (from.field === 2) body.step = from.integer();
      else if (from.field === 3) body.type = from.integer();
      else if (from.field === 4) body.time = readTime(from.message());
      else if (from.field === 5) {
        const list = from.message();
        while (list.next()) if (list.field === 1) body.items.push(readItem(list.message()));
      }
    }
    return body;
  },
  log(from) {
    const body = { line: '', error: false, time: undefined as Timestamp | undefined, epoch: 0 };
    while (from.next()) {
      if (from.field === 1) body.line = from.text();
      else if (from.field === 2) body.error = from.integer() === 1;
      else if (from.field === 3) body.time = readTime(from.message());
      else if (from.field === 4) body.epoch = from.integer();
    }
    return body;
  },
  save(from) {
    const body = {
      name: '',
      sourcePath: '',
      policy: 0,
      type: 0,
      payload: undefined as Uint8Array | undefined,
    };
    while (from.next()) {
      if (from.field === 1) body.name = from.text();
      else if (from.field === 2) body.sourcePath = from.text();
      else if (from.field === 4) body.policy = from.integer();
      else if (from.field === 5) body.type = from.integer();
      else if (from.field === 6) body.payload = Buffer.from(from.blob());
    }
    return body;
  },
};

function readTime(from: ProtoReader): Timestamp {
  let seconds = 0;
  let nanos = 0;
  while (from.next()) {
    if (from.field === 1) seconds = from.integer();
    else if (from.field === 2) nanos = from.integer();
  }
  return { seconds, nanos };
}

function readItem(from: ProtoReader): MediaItem {
  const item = {
    fileName: '',
    sha256: '',
    size: 0,
    caption: '',
    payload: undefined as Uint8Array | undefined,
  };
  while (from.next()) {
    if (from.field === 1) item.fileName = from.text();
    else if (from.field === 2) item.sha256 = from.text();
    else if (from.field === 3) item.size = from.integer();
    else if (from.field === 4) item.caption = from.text();
    else if (from.field === 5) item.payload = Buffer.from(from.blob());
  }
  return item;
}
