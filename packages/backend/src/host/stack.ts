import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jobFiles } from '../folder/names.ts';

export interface MappedStack {
  /** The whole stack with places of the source, and of causes. */
  readonly stack: string;
  /** The innermost place in the stage's own code, `stages/split/run.ts:12:5`. */
  readonly place: string | undefined;
}

/**
 * Names the places of an exception by the files that a person wrote. The job runs a bundle; its map lies beside it or
 * at its end, and is read only now, so that no job pays for it that ends well.
 */
export function mapStack(error: Error, folder: string, entry: string): MappedStack {
  const bundle = join(folder, entry);
  const map = readMap(bundle);
  const root = posix.dirname(entry.slice(jobFiles.code.length + 1));
  let place: string | undefined;
  const frame = /(?:file:\/\/)?([^\s()]+):(\d+):(\d+)/g;
  const names = [bundle, pathToFileURL(bundle).pathname];
  const stack = withoutOurs(withCauses(error)).replace(
    frame,
    (whole, path: string, line: string, column: string) => {
      if (!names.includes(path)) return whole;
      const mapped = original(map, Number(line), Number(column), root) ?? `${entry}:${line}:${column}`;
      place ??= mapped;
      return mapped;
    },
  );
  return { stack, place };
}

/** How the job's own process came to call the stage is nothing that whoever wrote the stage can mend. */
function withoutOurs(stack: string): string {
  const ours = process.argv[1];
  if (ours === undefined) return stack;
  return stack
    .split('\n')
    .filter((line) => !(/^\s+at /.test(line) && line.includes(ours)))
    .join('\n');
}

function withCauses(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\ncaused by ${withCauses(error.cause)}` : stack;
}

function original(
  map: SourceMap | undefined,
  line: number,
  column: number,
  root: string,
): string | undefined {
  const entry = map?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return undefined;
  const source = posix.join(root, entry.originalSource).replace(/^(\.\.\/)+/, '');
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

const inline = /\n\/\/# sourceMappingURL=data:application\/json[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/;

function readMap(bundle: string): SourceMap | undefined {
  try {
    const embedded = inline.exec(readFileSync(bundle, 'utf8'))?.[1];
    const text =
      embedded === undefined
        ? readFileSync(`${bundle}.map`, 'utf8')
        : Buffer.from(embedded, 'base64').toString();
    return new SourceMap(JSON.parse(text) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
