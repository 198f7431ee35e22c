import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fingerprint } from '@temper/fingerprint';
import type { Plan, PlannedStep } from '@temper/plan';
import type { RunResult } from './result.ts';

/**
 * Which result each step of a pipeline had last: what "newest result of this step" means where a fingerprint cannot
 * tell, as in reasons and `--stale-ok`. Kept in the workspace's index, and put together from the past runs again when
 * that was deleted.
 */
export interface Memory {
  last(step: Pick<PlannedStep, 'label'>): Fingerprint | undefined;
  remember(step: Pick<PlannedStep, 'label'>, fingerprint: Fingerprint): void;
  save(): void;
}

/** Opens the memory of one pipeline and configuration. */
export function openMemory(
  workspace: string,
  { pipeline, configuration }: Pick<Plan, 'pipeline' | 'configuration'>,
): Memory {
  const file = join(workspace, '.temper', 'index', 'last', `${pipeline}.${configuration}.json`);
  const known = read(file) ?? fromRuns(join(workspace, '.temper', 'runs'), pipeline, configuration);
  const entries = new Map<string, Fingerprint>(Object.entries(known));
  let changed = false;
  return {
    last: ({ label }) => entries.get(label),
    remember({ label }, fingerprint) {
      changed ||= entries.get(label) !== fingerprint;
      entries.set(label, fingerprint);
    },
    save() {
      if (!changed && existsSync(file)) return;
      mkdirSync(dirname(file), { recursive: true });
      const temporary = `${file}.${String(process.pid)}`;
      writeFileSync(temporary, JSON.stringify(Object.fromEntries(entries), null, 1));
      renameSync(temporary, file);
    },
  };
}

function read(file: string): Record<string, Fingerprint> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Fingerprint>;
  } catch {
    return undefined;
  }
}

/** A run took a result that was not up to date when it is pinned; what it says of others is as good as of any run. */
function fromRuns(runs: string, pipeline: string, configuration: string): Record<string, Fingerprint> {
  const entries: Record<string, Fingerprint> = {};
  const numbers = existsSync(runs) ? readdirSync(runs).map(Number).filter(Number.isInteger) : [];
  for (const number of numbers.sort((left, right) => left - right)) {
    let run: RunResult;
    try {
      run = JSON.parse(readFileSync(join(runs, String(number), 'result.json'), 'utf8')) as RunResult;
    } catch {
      // It was killed, or is still going on.
      continue;
    }
    if (run.pipeline !== pipeline || run.configuration !== configuration || run.pinned) continue;
    for (const { label, outcome, fingerprint } of run.steps) {
      if (fingerprint !== null && (outcome === 'ran' || outcome === 'reused'))
        entries[label] = fingerprint as Fingerprint;
    }
  }
  return entries;
}
