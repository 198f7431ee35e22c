/**
 * As much of protobuf as the record log needs. Wire format: https://protobuf.dev/programming-guides/encoding/
 */

const encoder = new TextEncoder();

/** Appends fields to a buffer that grows; fields at their default are left out, as proto3 does. */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  /** A view of what was written; valid until the next write. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  reset(): this {
    this.#length = 0;
    return this;
  }

  integer(field: number, value: number | undefined): this {
    if (value === undefined || value === 0) return this;
    this.#tag(field, 0);
    this.#varint(value);
    return this;
  }

  boolean(field: number, value: boolean | undefined): this {
    return this.integer(field, value ? 1 : 0);
  }

  /** Present even when it is zero, for members of a oneof and for numbers whose absence would mean something else. */
  double(field: number, value: number): this {
    this.#tag(field, 1);
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
    return this;
  }

  text(field: number, value: string | undefined): this {
    return value === undefined || value === '' ? this : this.blob(field, encoder.encode(value));
  }

  blob(field: number, value: Uint8Array): this {
    this.#tag(field, 2);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  message(field: number, write: (nested: ProtoWriter) => void): this {
    const nested = new ProtoWriter();
    write(nested);
    return this.blob(field, nested.bytes);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    this.#reserve(10);
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** Writes an int64 at `at` and returns the place behind it; a negative number takes ten bytes. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let position = at;
  if (value < 0) {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      bytes[position] = Number(rest & 0x7fn) | 0x80;
      position += 1;
      rest >>= 7n;
    }
    bytes[position] = Number(rest);
    return position + 1;
  }
  let rest = value;
  // Bit operators would cut to 32 bits.
  while (rest > 0x7fffffff) {
    bytes[position] = (rest % 128) | 0x80;
    position += 1;
    rest = Math.floor(rest / 128);
  }
  while (rest > 0x7f) {
    bytes[position] = (rest & 0x7f) | 0x80;
    position += 1;
    rest >>>= 7;
  }
  bytes[position] = rest;
  return position + 1;
}

class ProtoError extends Error {
  override readonly name = 'ProtoError';
}

/** Walks the fields of one message; `next` moves on, the rest reads the field it stands on. */
export class ProtoReader {
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;
  field = 0;
  #wireType = 0;
  #start = 0;
  #stop = 0;
  #value = 0;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.#wireType = tag % 8;
    this.#start = this.#at;
    switch (this.#wireType) {
      case 0:
        this.#value = this.#varint();
        this.#stop = this.#at;
        return true;
      case 1:
        return this.#skip(8);
      case 2: {
        const length = this.#varint();
        this.#start = this.#at;
        return this.#skip(length);
      }
      case 5:
        return this.#skip(4);
      default:
        throw new ProtoError(`wire type ${this.#wireType} at byte ${this.#start} is not one of protobuf 3`);
    }
  }

  integer(): number {
    return this.#value;
  }

  boolean(): boolean {
    return this.#value !== 0;
  }

  double(): number {
    if (this.#wireType !== 1) throw new ProtoError(`field ${this.field} is no double`);
    return this.#bytes.readDoubleLE(this.#start);
  }

  text(): string {
    return this.#bytes.toString('utf8', this.#start, this.#stop);
  }

  blob(): Buffer {
    return this.#bytes.subarray(this.#start, this.#stop);
  }

  message(): ProtoReader {
    return new ProtoReader(this.#bytes, this.#start, this.#stop);
  }

  #skip(length: number): true {
    this.#stop = this.#at + length;
    if (this.#stop > this.#end)
      throw new ProtoError(`field ${this.field} reaches beyond the end of its message`);
    this.#at = this.#stop;
    return true;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      if (this.#at >= this.#end) throw new ProtoError('a number reaches beyond the end of its message');
      const byte = this.#bytes[this.#at] as number;
      this.#at += 1;
      // The tenth byte is only there in a negative number, whose two's complement does not fit a double.
      if (count === 9) return this.#negative();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new ProtoError('a number is longer than ten bytes');
  }

  #negative(): number {
    let value = 0n;
    for (let index = 0; index < 10; index += 1) {
      value |= BigInt((this.#bytes[this.#at - 10 + index] as number) & 0x7f) << BigInt(7 * index);
    }
    return Number(BigInt.asIntN(64, value));
  }
}
