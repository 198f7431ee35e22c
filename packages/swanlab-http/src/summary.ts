import type { ExperimentInfo } from './experiment.ts';
import { systemPrefix } from './keys.ts';
import type { ProjectInfo } from './project.ts';
import type { KnownSeries } from './series.ts';
import type { Session } from './session.ts';

/** What an earlier part of a run has: a later part goes on from there. */
export interface RunSummary {
  /** Keys that the server knows. */
  readonly known: KnownSeries;
  /** The highest step of keys that still have to be announced. */
  readonly floors: ReadonlyMap<string, number>;
  readonly lastLine: number;
  readonly highestStep: number;
  readonly highestSystemStep: number;
}

/** Asks the server what it has of a run. */
export async function fetchSummary(
  session: Session,
  project: ProjectInfo,
  experiment: ExperimentInfo,
): Promise<RunSummary> {
  const path = `/house/metrics/summaries/${project.id}/${experiment.id}`;
  const { data } = await session.get(path, { all: true, createdAt: experiment.createdAt });
  const reply = (data ?? {}) as Record<string, unknown>;
  const scalars = readSteps(reply['scalar']);
  const media = readSteps(reply['media']);
  const [lastLine] = readSteps(reply['log']).values();
  return {
    known: { scalars, media },
    floors: new Map(),
    lastLine: lastLine ?? 0,
    ...highestSteps([...scalars, ...media]),
  };
}

/** A server's answers lag behind its writes, and a log knows nothing of another machine: of both the later place counts. */
export function laterOf(server: RunSummary | undefined, log: RunSummary | undefined): RunSummary | undefined {
  if (server === undefined || log === undefined) return server ?? log;
  return {
    known: server.known,
    floors: log.floors,
    lastLine: Math.max(server.lastLine, log.lastLine),
    highestStep: Math.max(server.highestStep, log.highestStep),
    highestSystemStep: Math.max(server.highestSystemStep, log.highestSystemStep),
  };
}

/** The monitor's steps are counted apart from everybody else's. */
export function highestSteps(
  entries: readonly (readonly [key: string, step: number])[],
): Pick<RunSummary, 'highestStep' | 'highestSystemStep'> {
  let highestStep = -1;
  let highestSystemStep = -1;
  for (const [key, step] of entries) {
    if (key.startsWith(systemPrefix)) highestSystemStep = Math.max(highestSystemStep, step);
    else highestStep = Math.max(highestStep, step);
  }
  return { highestStep, highestSystemStep };
}

/** Any list of a summary may be null. */
function readSteps(list: unknown): Map<string, number> {
  if (!Array.isArray(list)) return new Map();
  const entries = list as ({ key?: unknown; step?: unknown } | null)[];
  return new Map(
    entries.flatMap((entry) => {
      const step = Number(entry?.step);
      return typeof entry?.key === 'string' && Number.isFinite(step) ? [[entry.key, step] as const] : [];
    }),
  );
}
