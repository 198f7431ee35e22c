import { createHash } from 'node:crypto';
import type { ChatRow } from '../kinds/chat-row.ts';
import type { Group } from './groups.ts';

export interface Choice {
  /** A fraction below 1, or a number of rows. */
  readonly test: number;
  readonly seed: number;
  readonly stratify: 'none' | 'tool' | 'turns' | 'length';
}

/**
 * Chooses the groups to hold out. Each group draws a number from the hash of its first row's prompt and the seed, and
 * the smallest are held out: a fraction is a bound on the number itself, so a row never moves because another was added.
 * Strata and counts are filled up from the smallest number on, which moves a row at most at their edges.
 */
export function choose(
  groups: readonly Group[],
  { test, seed, stratify }: Choice,
): (group: Group) => boolean {
  const draws = new Map(groups.map((group) => [group, draw(group.rows[0]?.id ?? '', seed)]));
  const drawOf = (group: Group): number => draws.get(group) ?? 1;
  const inOrder = groups.toSorted((left, right) => drawOf(left) - drawOf(right));
  const chosen = new Set(
    stratify === 'none' && test < 1
      ? inOrder.filter((group) => drawOf(group) < test)
      : fillStrata(inOrder, test, stratify),
  );
  if (test < 1) keepBothHalves(inOrder, chosen);
  return (group) => chosen.has(group);
}

function fillStrata(inOrder: readonly Group[], test: number, stratify: Choice['stratify']): readonly Group[] {
  const strata = new Map<string, Group[]>();
  for (const group of inOrder) {
    const key = stratumOf(group.rows[0], stratify);
    const stratum = strata.get(key);
    if (stratum === undefined) strata.set(key, [group]);
    else stratum.push(group);
  }
  const sizes = [...strata.values()].map(countRows);
  const quotas = test < 1 ? sizes.map((size) => size * test) : shares(sizes, Math.floor(test));
  return [...strata.values()].flatMap((stratum, index) => fill(stratum, Math.round(quotas[index] ?? 0)));
}

/** A number from 0 to 1 that a prompt draws, always the same for one seed. */
function draw(id: string, seed: number): number {
  const digest = createHash('sha256').update(`${seed}:${id}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** A fraction of few rows may leave a half empty, and no use can be made of that: one group changes sides. */
function keepBothHalves(inOrder: readonly Group[], chosen: Set<Group>): void {
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined || first === last) return;
  if (chosen.size === 0) chosen.add(first);
  if (chosen.size === inOrder.length) chosen.delete(last);
}

const countRows = (groups: readonly Group[]): number =>
  groups.reduce((sum, { rows }) => sum + rows.length, 0);

/** Groups from the beginning that come to `quota` rows; one that is too large for what is left is passed over. */
function fill(groups: readonly Group[], quota: number): readonly Group[] {
  let left = quota;
  return groups.filter(({ rows }) => {
    if (rows.length > left) return false;
    left -= rows.length;
    return true;
  });
}

/** Divides `count` in proportion to the sizes, whole numbers, the largest remainders first. */
function shares(sizes: readonly number[], count: number): readonly number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (size * Math.min(count, total)) / Math.max(total, 1));
  const whole = exact.map(Math.floor);
  const missing = Math.min(count, total) - whole.reduce((sum, share) => sum + share, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share % 1 }))
    .sort((left, right) => right.remainder - left.remainder || left.index - right.index);
  for (const { index } of byRemainder.slice(0, missing)) whole[index] = (whole[index] ?? 0) + 1;
  return whole;
}

function stratumOf(row: ChatRow | undefined, by: Choice['stratify']): string {
  const messages = row?.messages ?? [];
  switch (by) {
    case 'none':
      return '';
    case 'tool':
      return messages.flatMap(({ tool_calls: calls }) => calls ?? [])[0]?.function.name ?? '';
    case 'turns':
      return messages.filter(({ role }) => role === 'user').length > 1 ? 'several' : 'one';
    case 'length':
      // Doubling steps: 1, 2–3, 4–7, … characters.
      return String(Math.floor(Math.log2(messages.reduce((sum, { content }) => sum + content.length, 1))));
  }
}
