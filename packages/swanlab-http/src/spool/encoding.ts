import type { Timestamp } from '../timestamps.ts';
import { ProtoWriter, writeVarint } from './protobuf.ts';
import type { MediaItem, SpoolRecord } from './records.ts';
import { recordFields } from './records.ts';

export function encodeRecord(record: SpoolRecord): Buffer {
  const writer = new ProtoWriter()
    .integer(1, record.num)
    .message(2, (nested) => writeTime(nested, record.time));
  return writer.message(recordFields[record.kind], (nested) => writeBody(nested, record)).bytes;
}

function writeBody(to: ProtoWriter, record: SpoolRecord): void {
  switch (record.kind) {
    case 'start': {
      const { body } = record;
      to.text(1, body.project).text(2, body.workspace).boolean(3, body.public).text(4, body.name);
      to.text(5, body.description);
      for (const tag of body.tags) to.blob(6, Buffer.from(tag));
      to.text(7, body.group)
        .text(8, body.jobType)
        .text(9, body.color)
        .text(10, body.id)
        .integer(11, body.resume);
      to.message(12, (nested) => writeTime(nested, body.startedAt));
      return;
    }
    case 'finish': {
      const { body } = record;
      to.integer(1, body.state)
        .text(2, body.error)
        .message(3, (nested) => writeTime(nested, body.finishedAt));
      return;
    }
    case 'column': {
      const { body } = record;
      to.integer(1, body.system ? 2 : 1)
        .integer(2, body.type)
        .text(3, body.key)
        .text(5, body.section);
      to.integer(6, body.system ? 4 : 3)
        .text(13, body.xAxis)
        .boolean(14, body.hidden);
      return;
    }
    case 'scalar': {
      const { body } = record;
      to.text(1, body.key).integer(2, body.step).integer(3, 1);
      to.message(4, (nested) => writeTime(nested, body.time)).message(5, (nested) =>
        nested.double(1, body.value),
      );
      return;
    }
    case 'media': {
      const { body } = record;
      to.text(1, body.key).integer(2, body.step).integer(3, body.type);
      to.message(4, (nested) => writeTime(nested, body.time));
      to.message(5, (list) =>
        body.items.forEach((item) => list.message(1, (nested) => writeItem(nested, item))),
      );
      return;
    }
    case 'log': {
      const { body } = record;
      to.text(1, body.line)
        .integer(2, body.error ? 1 : 0)
        .message(3, (nested) => writeTime(nested, body.time));
      to.integer(4, body.epoch);
      return;
    }
    case 'save': {
      const { body } = record;
      to.text(1, body.name).text(2, body.sourcePath).integer(4, body.policy).integer(5, body.type);
      if (body.payload !== undefined) to.blob(6, body.payload);
    }
  }
}

function writeTime(to: ProtoWriter, time: Timestamp | undefined): void {
  if (time !== undefined) to.integer(1, time.seconds).integer(2, time.nanos);
}

function writeItem(to: ProtoWriter, item: MediaItem): void {
  to.text(1, item.fileName).text(2, item.sha256).integer(3, item.size).text(4, item.caption);
  if (item.payload !== undefined) to.blob(5, item.payload);
}

/**
 * A scalar record straight into `bytes`, for the one record that is written by the million. Returns the place behind it;
 * `bytes` must have room for 96 bytes and the key.
 */
export function encodeScalarInto(
  bytes: Buffer,
  at: number,
  num: number,
  key: Uint8Array,
  step: number,
  { seconds, nanos }: Timestamp,
  value: number,
): number {
  bytes[at] = 0x08;
  let position = writeVarint(bytes, at + 1, num);
  const timeStart = position + 2;
  bytes[position] = 0x12;
  bytes[timeStart] = 0x08;
  position = writeVarint(bytes, timeStart + 1, seconds);
  bytes[position] = 0x10;
  position = writeVarint(bytes, position + 1, nanos);
  const timeLength = position - timeStart;
  bytes[timeStart - 1] = timeLength;

  bytes[position] = 0x6a;
  // The body's length takes one byte below 128 and two above; which it is follows from the parts that vary.
  const stepLength = varintLength(step);
  const keyHead = 1 + varintLength(key.length);
  const bodyLength = keyHead + key.length + 1 + stepLength + 2 + 2 + timeLength + 11;
  position = writeVarint(bytes, position + 1, bodyLength);
  bytes[position] = 0x0a;
  position = writeVarint(bytes, position + 1, key.length);
  bytes.set(key, position);
  position += key.length;
  bytes[position] = 0x10;
  position = writeVarint(bytes, position + 1, step);
  bytes[position] = 0x18;
  bytes[position + 1] = 1;
  bytes[position + 2] = 0x22;
  bytes[position + 3] = timeLength;
  bytes.copyWithin(position + 4, timeStart, timeStart + timeLength);
  position += 4 + timeLength;
  bytes[position] = 0x2a;
  bytes[position + 1] = 9;
  bytes[position + 2] = 0x09;
  return bytes.writeDoubleLE(value, position + 3);
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length += 1;
  return length;
}
