/** A safetensors file with F32 tensors of these shapes, filled with a pattern that no two places share. */
export function createSafetensors(shapes: Readonly<Record<string, readonly number[]>>): Buffer {
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const start = end;
    end += shape.reduce((product, size) => product * size, 4);
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const data = Buffer.alloc(end);
  for (let at = 0; at < end; at += 4) data.writeUInt32LE((at * 2654435761) % 4294967296, at);
  return withHeader(JSON.stringify(header), data);
}

/** Puts any text in the place of the header, for files that are wrong on purpose. */
export function withHeader(header: string, data: Uint8Array): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}
