import { type FileHandle, open } from 'node:fs/promises';

import { HubError } from '../error.ts';
import { findJsonFault } from '../json/syntax.ts';

/** One tensor as a header describes it. */
export interface TensorHeader {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte and the byte after the last, counted from the end of the header. */
  readonly offsets: readonly [number, number];
}

/** What stands at the beginning of a safetensors file. */
export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorHeader>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the tensors' bytes begin in the file. */
  readonly dataStart: number;
}

/** https://github.com/huggingface/safetensors#format: "there's a limit on the size of the header of 100MB". */
const largestHeader = 100_000_000;

/** Bits of one element. https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs */
const elementBits: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E5M2FNUZ: 8,
  F8_E4M3FNUZ: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
};

/**
 * Reads and checks the header of a safetensors file; of the tensors themselves not a byte is read.
 *
 * @param name What a person knows the file by.
 * @throws {HubError} `bad-safetensors` for a header over 100 MB or longer than the file, text that is not JSON, a
 *   name that stands twice, an unknown dtype, a shape that does not fit its bytes, and tensors that overlap, leave
 *   gaps or reach beyond the file.
 */
export async function readSafetensorsHeader(path: string, name = path): Promise<SafetensorsHeader> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const length = await headerLength(handle, size, name);
    const bytes = await readAt(handle, 8, length);
    return checkHeader(decode(bytes, name), size - 8 - length, 8 + length, name);
  } finally {
    await handle.close();
  }
}

async function headerLength(handle: FileHandle, size: number, path: string): Promise<number> {
  const start = await readAt(handle, 0, Math.min(size, 64));
  if (start.toString('latin1').startsWith('version https://git-lfs')) {
    throw bad(
      path,
      'is a Git LFS pointer and not the file itself',
      'run `git lfs pull`, or download it again',
    );
  }
  if (size < 8) throw bad(path, `has ${size} bytes, too few for a header`);
  const length = start.readBigUInt64LE(0);
  if (length > BigInt(largestHeader)) {
    throw bad(path, `claims a header of ${length} bytes, and ${largestHeader} is the most`);
  }
  if (length > BigInt(size - 8)) {
    throw bad(path, `claims a header of ${length} bytes, and only ${size - 8} follow`);
  }
  return Number(length);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let have = 0;
  while (have < length) {
    const { bytesRead } = await handle.read(buffer, have, length - have, position + have);
    if (bytesRead === 0) break;
    have += bytesRead;
  }
  return buffer.subarray(0, have);
}

function decode(bytes: Buffer, path: string): Record<string, unknown> {
  if (bytes[0] !== 0x7b) throw bad(path, 'has a header that does not begin with "{"');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw bad(path, 'has a header that is not UTF-8', undefined, error);
  }
  const fault = findJsonFault(text);
  if (fault?.kind === 'duplicate-key') throw bad(path, `names "${fault.what}" twice in its header`);
  if (fault !== undefined)
    throw bad(path, `has a header that is not JSON at byte ${8 + fault.offset}: ${fault.what}`);
  return JSON.parse(text) as Record<string, unknown>;
}

function checkHeader(
  header: Record<string, unknown>,
  dataSize: number,
  dataStart: number,
  path: string,
): SafetensorsHeader {
  const metadata = checkMetadata(header.__metadata__, path);
  const tensors = new Map<string, TensorHeader>();
  for (const [name, entry] of Object.entries(header)) {
    if (name !== '__metadata__') tensors.set(name, checkTensor(name, entry, path));
  }
  let end = 0;
  for (const [name, { offsets }] of [...tensors].sort(byOffsets)) {
    if (offsets[0] < end)
      throw bad(path, `has "${name}" overlapping the tensor before it at byte ${offsets[0]}`);
    if (offsets[0] > end)
      throw bad(path, `leaves bytes ${end} to ${offsets[0]} before "${name}" to no tensor`);
    end = offsets[1];
    if (end > dataSize) {
      throw bad(
        path,
        `has "${name}" ending at byte ${end} of its data, and only ${dataSize} bytes are there`,
      );
    }
  }
  if (end < dataSize) throw bad(path, `has ${dataSize - end} bytes after its last tensor`);
  return { tensors, metadata, dataStart };
}

type Named = [string, TensorHeader];

function byOffsets([, one]: Named, [, other]: Named): number {
  return one.offsets[0] - other.offsets[0] || one.offsets[1] - other.offsets[1];
}

function checkMetadata(value: unknown, path: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.values(value).some((one) => typeof one !== 'string')) {
    throw bad(path, 'has metadata that are not texts');
  }
  return value as Record<string, string>;
}

function checkTensor(name: string, entry: unknown, path: string): TensorHeader {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const bits =
    typeof dtype === 'string' && Object.hasOwn(elementBits, dtype) ? elementBits[dtype] : undefined;
  if (typeof dtype !== 'string' || bits === undefined) {
    throw bad(path, `gives "${name}" the unknown type ${JSON.stringify(dtype)}`);
  }
  if (!isCounts(shape)) throw bad(path, `gives "${name}" a shape that is no list of sizes`);
  if (!isCounts(offsets) || offsets.length !== 2) throw bad(path, `gives "${name}" no pair of offsets`);
  const [start = 0, end = 0] = offsets;
  const needed = shape.reduce((product, size) => product * size, bits) / 8;
  if (!Number.isSafeInteger(needed) || end - start !== needed) {
    throw bad(
      path,
      `gives "${name}" ${end - start} bytes, and ${dtype} [${shape.join(', ')}] needs ${needed}`,
    );
  }
  return { dtype, shape, offsets: [start, end] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && Number(one) >= 0);
}

function bad(path: string, what: string, hint?: string, cause?: unknown): HubError {
  return new HubError({
    reason: 'bad-safetensors',
    message: `${path} ${what}`,
    hint:
      hint ??
      'do not load it: take the file from its source again, or write it anew with the safetensors library',
    cause,
  });
}
