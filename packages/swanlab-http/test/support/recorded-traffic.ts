import { readFileSync } from 'node:fs';
import type { TrafficEntry } from './normal-form.ts';

export interface RecordedScenario {
  readonly id: string;
  readonly client: string;
  readonly what: string;
  readonly entries: readonly TrafficEntry[];
  /** `METHOD path` to the answer, where the recording has one. */
  readonly replies: Readonly<Record<string, unknown>>;
}

interface Line {
  readonly scenario?: string;
  readonly client?: string;
  readonly what?: string;
  readonly m: string;
  readonly p: string;
  readonly q?: Record<string, string>;
  readonly b?: unknown;
  readonly t?: string;
  readonly c?: string;
  readonly s: number;
  readonly r?: unknown;
}

export function readRecording(): RecordedScenario[] {
  const scenarios: (Omit<RecordedScenario, 'entries' | 'replies'> & {
    entries: TrafficEntry[];
    replies: Record<string, unknown>;
  })[] = [];
  const text = readFileSync(new URL('../fixtures/recorded-traffic.jsonl', import.meta.url), 'utf8');
  for (const line of text.trim().split('\n')) {
    const { scenario, client = '', what = '', m, p, q, b, t, c, s, r } = JSON.parse(line) as Line;
    if (scenario !== undefined) {
      scenarios.push({ id: scenario, client, what, entries: [], replies: {} });
      continue;
    }
    const current = scenarios.at(-1);
    current?.entries.push({
      method: m,
      path: p,
      status: s,
      ...(q && { query: q }),
      ...(b !== undefined && { body: b }),
      ...(t !== undefined && { text: t }),
      ...(c && { contentType: c }),
    });
    if (r !== undefined && current !== undefined) current.replies[`${m} ${p}`] ??= r;
  }
  return scenarios;
}
