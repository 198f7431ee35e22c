import type { ChatRow } from '../kinds/chat-row.ts';
import { choose, type Choice } from './choose.ts';
import { groupRows, type Group } from './groups.ts';

export interface PartOptions extends Choice {
  readonly duplicates: 'drop' | 'keep' | 'drop-similar';
  readonly nearDuplicates: number | null;
}

export interface Parted {
  readonly train: readonly ChatRow[];
  readonly test: readonly ChatRow[];
  readonly stats: SplitStats;
}

/** What was found among the rows; `stats.json` of both halves. */
export interface SplitStats {
  readonly rows: number;
  /** Rows whose prompt and answer stood before; left out unless they are kept. */
  readonly droppedDuplicates: number;
  /** Rows that were left out because their prompt is like an earlier one (or like a held-out one). */
  readonly droppedSimilar: number;
  /** Groups of rows that repeat a prompt, or nearly, and so went to one side. */
  readonly groupsKeptTogether: number;
  /** Prompts in those groups that are not equal but similar. */
  readonly nearDuplicatePrompts: number;
  /** The first few of those groups: the ids of their rows and how the first begins. */
  readonly examples: readonly { readonly ids: readonly string[]; readonly begins: string }[];
}

/** Parts rows; those that repeat a prompt, or nearly, stay together. */
export function part(rows: readonly ChatRow[], options: PartOptions): Parted {
  const kept = options.duplicates === 'keep' ? rows : withoutDuplicates(rows);
  const all = groupRows(kept, options.nearDuplicates);
  const groups = options.duplicates === 'drop-similar' ? all.map(onlyFirst) : all;
  const isTest = choose(groups, options);
  const [test, train] = [groups.filter(isTest), groups.filter((group) => !isTest(group))];
  const [testRows, trainRows] = [inOrder(test, kept), inOrder(train, kept)];
  return {
    train: trainRows,
    test: testRows,
    stats: describe(rows, kept, all, kept.length - testRows.length - trainRows.length),
  };
}

/** Parts rows by hand: what is held out is given, and rows that are like a held-out one are left out of training. */
export function partByHand(
  rows: readonly ChatRow[],
  heldOut: readonly ChatRow[],
  options: Pick<PartOptions, 'duplicates' | 'nearDuplicates'>,
): Parted {
  const dropping = (some: readonly ChatRow[]) =>
    options.duplicates === 'keep' ? some : withoutDuplicates(some);
  const [kept, test] = [dropping(rows), dropping(heldOut)];
  const held = new Set(test);
  const groups = groupRows([...test, ...kept], options.nearDuplicates);
  const clean = groups.filter((group) => !group.rows.some((row) => held.has(row)));
  const train = inOrder(options.duplicates === 'drop-similar' ? clean.map(onlyFirst) : clean, kept);
  return { train, test, stats: describe(rows, kept, groups, kept.length - train.length) };
}

const onlyFirst = ({ rows, prompts }: Group): Group => ({ rows: rows.slice(0, 1), prompts });

/** The rows of some groups in the order in which they came. */
function inOrder(groups: readonly Group[], rows: readonly ChatRow[]): readonly ChatRow[] {
  const chosen = new Set(groups.flatMap((group) => group.rows));
  return rows.filter((row) => chosen.has(row));
}

function withoutDuplicates(rows: readonly ChatRow[]): readonly ChatRow[] {
  const seen = new Set<string>();
  return rows.filter(({ id, messages }) => {
    const key = `${id} ${JSON.stringify(messages.at(-1))}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const examples = 20;
const exampleCharacters = 80;

function describe(
  rows: readonly ChatRow[],
  kept: readonly ChatRow[],
  groups: readonly Group[],
  droppedSimilar: number,
): SplitStats {
  const together = groups.filter((group) => group.rows.length > 1);
  return {
    rows: rows.length,
    droppedDuplicates: rows.length - kept.length,
    droppedSimilar,
    groupsKeptTogether: together.length,
    nearDuplicatePrompts: together.reduce((sum, { prompts }) => sum + prompts - 1, 0),
    examples: together.slice(0, examples).map((group) => ({
      ids: group.rows.map(({ id }) => id),
      begins: beginning(group.rows[0]),
    })),
  };
}

function beginning(row: ChatRow | undefined): string {
  const asked = row?.messages.find(({ role }) => role === 'user')?.content ?? '';
  // By characters, not by code units: half of a surrogate pair is no text.
  return Array.from(asked).slice(0, exampleCharacters).join('');
}
