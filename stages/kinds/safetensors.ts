import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KindError, type ArtifactFolder } from '@temper/pipeline';
import { z } from 'zod';

/** The header may be this long at most, as in the reference implementation: https://github.com/huggingface/safetensors */
const longestHeader = 100_000_000;

/** Bits of an element, by type: https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs */
const elementBits = {
  ...{ BOOL: 8, U8: 8, I8: 8, U16: 16, I16: 16, U32: 32, I32: 32, U64: 64, I64: 64 },
  ...{ F16: 16, BF16: 16, F32: 32, F64: 64, C64: 64 },
  ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8 },
} as const;

const count = z.number().int().nonnegative();
const tensorEntry = z.object({
  dtype: z.enum(Object.keys(elementBits) as (keyof typeof elementBits)[]),
  shape: z.array(count),
  data_offsets: z.tuple([count, count]),
});

/** Where a tensor lies in the data section of its file. */
type TensorEntry = z.infer<typeof tensorEntry>;

/**
 * Reads and checks the header of a safetensors file: its size, types and shapes, and offsets inside the file that leave
 * no gap and do not overlap. Of the tensors themselves not a byte is read.
 *
 * @throws KindError with the file and what is wrong.
 */
export async function readHeader(
  artifact: ArtifactFolder,
  file: string,
): Promise<Readonly<Record<string, TensorEntry>>> {
  const bytes = artifact.files.find(({ path }) => path === file)?.bytes;
  if (bytes === undefined) throw new KindError(`${file} is missing`);
  if (bytes < 8) throw new KindError(`${file} is not a safetensors file: it has ${bytes} bytes`);
  const handle = await open(join(artifact.path, file), 'r');
  try {
    const length = Buffer.alloc(8);
    await handle.read(length, 0, 8, 0);
    const headerBytes = Number(length.readBigUInt64LE());
    if (headerBytes > longestHeader || headerBytes + 8 > bytes) {
      throw new KindError(
        `${file} is not a safetensors file: its header would have ${headerBytes} bytes, and the file has ${bytes}`,
      );
    }
    const text = Buffer.alloc(headerBytes);
    await handle.read(text, 0, headerBytes, 8);
    return checkedTensors(parse(text, file), bytes - 8 - headerBytes, file);
  } finally {
    await handle.close();
  }
}

function parse(text: Buffer, file: string): [string, TensorEntry][] {
  let header: object;
  try {
    header = JSON.parse(text.toString('utf8')) as object;
  } catch {
    throw new KindError(`${file} is not a safetensors file: its header is not JSON`);
  }
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => {
      const parsed = tensorEntry.safeParse(entry);
      if (parsed.success) return [name, parsed.data];
      const issue = parsed.error.issues[0];
      throw new KindError(`${file}: ${name}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    });
}

function checkedTensors(
  tensors: [string, TensorEntry][],
  dataBytes: number,
  file: string,
): Record<string, TensorEntry> {
  let end = 0;
  // By the end too: an empty tensor begins where the one after it begins.
  const inOrder = tensors.toSorted(
    ([, { data_offsets: left }], [, { data_offsets: right }]) => left[0] - right[0] || left[1] - right[1],
  );
  for (const [name, { dtype, shape, data_offsets: offsets }] of inOrder) {
    const [from, to] = offsets;
    const needed = (shape.reduce((product, size) => product * size, 1) * elementBits[dtype]) / 8;
    if (to - from !== needed) {
      throw new KindError(
        `${file}: ${name} has ${to - from} bytes, and ${dtype} [${shape.join(', ')}] needs ${needed}`,
      );
    }
    if (from !== end) throw new KindError(`${file}: the bytes of ${name} do not follow on those before it`);
    end = to;
  }
  if (end !== dataBytes) {
    throw new KindError(`${file}: its tensors take ${end} bytes, and it holds ${dataBytes}`);
  }
  return Object.fromEntries(tensors);
}

/** Checks every safetensors file of a model, and that an index names files and tensors that are there. */
export async function checkModelFiles(artifact: ArtifactFolder): Promise<void> {
  const shards = artifact.files.map(({ path }) => path).filter((path) => path.endsWith('.safetensors'));
  if (shards.length === 0) throw new KindError('there is no safetensors file');
  const tensors = new Map<string, string>();
  for (const shard of shards) {
    for (const name of Object.keys(await readHeader(artifact, shard))) {
      if (tensors.has(name))
        throw new KindError(`${name} stands in two files: ${tensors.get(name) ?? ''} and ${shard}`, {
          hint: 'keep the shards or the whole file, not both',
        });
      tensors.set(name, shard);
    }
  }
  const index = 'model.safetensors.index.json';
  if (!artifact.files.some(({ path }) => path === index)) return;
  const { weight_map: map } = await readShape(artifact, index, shardIndex);
  for (const [name, shard] of Object.entries(map)) {
    if (!shards.includes(shard)) throw new KindError(`${index} puts ${name} into ${shard}, which is missing`);
    if (tensors.get(name) !== shard)
      throw new KindError(`${index} puts ${name} into ${shard}, and it is not there`);
  }
  const unlisted = [...tensors.keys()].find((name) => map[name] === undefined);
  // A loader reads what the index lists, and would make up the rest.
  if (unlisted !== undefined) throw new KindError(`${index} does not list ${unlisted}`);
}

const shardIndex = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Parses a JSON file of an artifact that must have a certain shape. */
export async function readShape<Shape extends z.ZodType>(
  artifact: ArtifactFolder,
  file: string,
  shape: Shape,
): Promise<z.output<Shape>> {
  const parsed = shape.safeParse(await readJson(artifact, file));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.join('.');
  throw new KindError(`${file}: ${field}: ${issue?.message ?? 'does not fit'}`);
}

/** Parses a JSON file of an artifact. */
export async function readJson(artifact: ArtifactFolder, file: string): Promise<unknown> {
  return parseJson(await readText(artifact, file), file);
}

async function readText(artifact: ArtifactFolder, file: string): Promise<string> {
  if (!artifact.files.some(({ path }) => path === file)) throw new KindError(`${file} is missing`);
  return readFile(join(artifact.path, file), 'utf8');
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new KindError(`${where} is not JSON`);
  }
}

/** Checks every line of a JSON-lines file. */
export async function readLines(artifact: ArtifactFolder, file: string, shape: z.ZodType): Promise<void> {
  const lines = (await readText(artifact, file)).split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '' && index === lines.length - 1) continue;
    const parsed = shape.safeParse(parseJson(line, `${file}:${index + 1}`));
    if (parsed.success) continue;
    const issue = parsed.error.issues[0];
    throw new KindError(`${file}:${index + 1}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
}
