import { ApiError, sentenceOf } from '../errors.ts';
import type { Verdict } from './verdict.ts';
import { judge } from './verdict.ts';

/** A datum on its way: where its record lies in the log, and what it is called in a report. */
export interface Parcel {
  readonly start: number;
  readonly key: string;
  /** About what it adds to a request. */
  readonly bytes: number;
}

export interface Refusal<Item> {
  readonly item: Item;
  readonly detail: string;
  readonly status?: number;
}

/** What became of some items; every item is in exactly one of the three. */
export interface Delivery<Item> {
  readonly sent: readonly Item[];
  readonly refused: readonly Refusal<Item>[];
  /** In their order. */
  readonly remaining: readonly Item[];
  /** Why some remain. */
  readonly error?: unknown;
  readonly verdict?: Verdict;
  /** A request was refused for its size, so the next ones should be smaller. */
  readonly tooLarge?: boolean;
}

/** Requests without a single success after which a refusal is no longer taken to be about single items. */
const patience = 32;

/**
 * Posts items, and where the server refuses a batch, halves it until the single items that it refuses are found: one bad
 * record costs itself and a few requests. If nothing at all is accepted the items are kept, for then it is not about them.
 */
export async function deliver<Item>(
  items: readonly Item[],
  post: (part: readonly Item[]) => Promise<void>,
): Promise<Delivery<Item>> {
  const sent: Item[] = [];
  const refused: Refusal<Item>[] = [];
  const parts: (readonly Item[])[] = [items];
  let requests = 0;
  let tooLarge = false;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    try {
      requests += 1;
      await post(part);
      sent.push(...part);
    } catch (error) {
      const verdict = judge(error);
      tooLarge ||= part.length > 1 && error instanceof ApiError && error.status === 413;
      const hopeless = sent.length === 0 && requests >= patience;
      if (verdict !== 'datum' || hopeless) {
        const remaining = [...part, ...parts.flat()];
        return { sent, refused, remaining, error, verdict: verdict === 'datum' ? 'run' : verdict, tooLarge };
      }
      const [only] = part;
      if (part.length === 1 && only !== undefined) refused.push(refusal(only, error));
      else parts.unshift(...halves(part));
    }
  }
  return { sent, refused, remaining: [], tooLarge };
}

export function refusal<Item>(item: Item, error: unknown): Refusal<Item> {
  return { item, detail: sentenceOf(error), ...(error instanceof ApiError && { status: error.status }) };
}

function halves<Item>(items: readonly Item[]): [readonly Item[], readonly Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
