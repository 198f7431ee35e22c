import { basename } from 'node:path';

export type RowFormat = 'json' | 'jsonl' | 'csv' | 'tsv' | 'parquet';

const extensions: Readonly<Record<string, RowFormat | undefined>> = {
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  csv: 'csv',
  tsv: 'tsv',
  parquet: 'parquet',
};

/** What a file's name says about its content. */
export interface NamedFormat {
  readonly format: RowFormat | undefined;
  /** Whether the name ends in `.gz`. */
  readonly packed: boolean;
  /** The extension that stands twice, as in `rows.json.json`. */
  readonly doubled: string | undefined;
}

export function formatOf(path: string): NamedFormat {
  const parts = basename(path).toLowerCase().split('.').slice(1);
  const packed = parts.at(-1) === 'gz';
  const inner = packed ? parts.slice(0, -1) : parts;
  const last = inner.at(-1) ?? '';
  const doubled = last !== '' && inner.at(-2) === last ? last : undefined;
  return { format: Object.hasOwn(extensions, last) ? extensions[last] : undefined, packed, doubled };
}

/** Names under which a missing file may lie instead: with its extension once, or twice. */
export function likelyNames(path: string): string[] {
  const extension = /\.[a-z]+(?:\.gz)?$/i.exec(path)?.[0] ?? '';
  if (extension === '') return [];
  const { doubled } = formatOf(path);
  return doubled === undefined ? [path + extension] : [path.slice(0, -extension.length)];
}
