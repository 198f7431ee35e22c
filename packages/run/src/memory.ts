import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Fingerprint } from '@temper/fingerprint';
import type { PlannedStep } from '@temper/plan';

/**
 * Which result each step of a pipeline had last: what "newest result of this step" means where a fingerprint cannot
 * tell, as in reasons and `--stale-ok`. Kept in the workspace's index; losing it costs only explanations.
 */
export interface Memory {
  last(step: Pick<PlannedStep, 'label'>): Fingerprint | undefined;
  remember(step: Pick<PlannedStep, 'label'>, fingerprint: Fingerprint): void;
  save(): void;
}

/** @param file The memory of one pipeline and configuration. */
export function openMemory(file: string): Memory {
  const entries = new Map<string, Fingerprint>(Object.entries(read(file)));
  let changed = false;
  return {
    last: ({ label }) => entries.get(label),
    remember({ label }, fingerprint) {
      changed ||= entries.get(label) !== fingerprint;
      entries.set(label, fingerprint);
    },
    save() {
      if (!changed) return;
      mkdirSync(dirname(file), { recursive: true });
      const temporary = `${file}.${String(process.pid)}`;
      writeFileSync(temporary, JSON.stringify(Object.fromEntries(entries), null, 1));
      renameSync(temporary, file);
    },
  };
}

function read(file: string): Record<string, Fingerprint> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Fingerprint>;
  } catch {
    return {};
  }
}
