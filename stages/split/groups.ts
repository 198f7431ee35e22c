import type { ChatRow } from '../kinds/chat-row.ts';
import { promptOf, textsOf } from './prompts.ts';
import { createSets } from './sets.ts';
import { similarPairs } from './similarity.ts';

/** Rows that must not be parted: they repeat one prompt, or nearly. */
export interface Group {
  /** In the order of the rows given. */
  readonly rows: readonly ChatRow[];
  /** Distinct prompts among them, spacing, case and punctuation aside. */
  readonly prompts: number;
}

/**
 * Gathers rows into groups, in the order of their first rows. Two rows are in one group when they have the same id, the
 * same prompt or the same opening up to spacing, case and punctuation, or when these are at least `threshold` similar,
 * directly or through others.
 *
 * @param threshold null compares no similarity.
 */
export function groupRows(rows: readonly ChatRow[], threshold: number | null): readonly Group[] {
  const prompts = rows.map(promptOf);
  const sets = createSets(rows.length);
  const first = new Map<string, number>();
  const texts: string[] = [];
  const holders: number[] = [];
  for (const [index, prompt] of prompts.entries()) {
    joinEqual(`id ${rows[index]?.id ?? ''}`, index);
    for (const text of textsOf(prompt)) {
      if (joinEqual(`text ${text}`, index)) continue;
      texts.push(text);
      holders.push(index);
    }
  }
  if (threshold !== null) {
    for (const [left, right] of similarPairs(texts, threshold))
      sets.join(holders[left] ?? 0, holders[right] ?? 0);
  }

  const groups = new Map<number, { rows: ChatRow[]; prompts: Set<string> }>();
  for (const [index, row] of rows.entries()) {
    const root = sets.find(index);
    const group = groups.get(root) ?? { rows: [], prompts: new Set<string>() };
    group.rows.push(row);
    group.prompts.add(prompts[index]?.whole ?? '');
    groups.set(root, group);
  }
  return [...groups.values()].map((group) => ({ rows: group.rows, prompts: group.prompts.size }));

  function joinEqual(key: string, index: number): boolean {
    const known = first.get(key);
    if (known === undefined) first.set(key, index);
    else sets.join(known, index);
    return known !== undefined;
  }
}
