import type { ArtifactSizes } from '@temper/pipeline';

/** A row's line in `rows.jsonl`: an id of 16 digits, a length, and whether it was cut. */
const rowBytes = 61;
/** An id and a label, 32 bits each; the header and a 64-bit offset for each row stand beside them. */
const tokenBytes = 8;
const headerBytes = 312;

/** How many tokens and rows train or test tokens hold, told from the sizes of their files; a few in a thousand off. */
export function countTokens({ files }: ArtifactSizes): { readonly tokens: number; readonly rows: number } {
  const size = (name: string): number => files.find(({ path }) => path === name)?.bytes ?? 0;
  const rows = Math.round(size('rows.jsonl') / rowBytes);
  const rest = size('tokens.safetensors') - headerBytes - 8 * (rows + 1);
  return { tokens: Math.max(0, Math.round(rest / tokenBytes)), rows };
}
