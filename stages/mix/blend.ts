import { createHash } from 'node:crypto';
import type { ChatRow } from '../kinds/chat-row.ts';

/**
 * Takes so many rows of each dataset and puts them in one random order. A row's place comes from a hash of its prompt
 * and the seed, so that rows that are added to a dataset displace few others.
 */
export function blend(
  datasets: readonly (readonly ChatRow[])[],
  counts: readonly number[],
  seed: number,
): readonly ChatRow[] {
  const taken = datasets.flatMap((rows, index) => drawn(rows, index, seed).slice(0, counts[index]));
  return taken.sort(byDraw).map(({ row }) => row);
}

interface Drawn {
  readonly row: ChatRow;
  readonly draw: string;
}

function drawn(rows: readonly ChatRow[], dataset: number, seed: number): Drawn[] {
  const times = new Map<string, number>();
  return rows
    .map((row) => {
      // A prompt that stands twice in a dataset draws twice.
      const time = times.get(row.id) ?? 0;
      times.set(row.id, time + 1);
      const draw = createHash('sha256').update(`${seed}:${dataset}:${row.id}:${time}`).digest('hex');
      return { row, draw };
    })
    .sort(byDraw);
}

function byDraw(left: Drawn, right: Drawn): number {
  return left.draw < right.draw ? -1 : 1;
}
