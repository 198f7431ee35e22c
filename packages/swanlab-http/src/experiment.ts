import type { Clock } from './clock.ts';
import { ApiError, SwanLabError } from './errors.ts';
import type { Resume, RunIdentity } from './options.ts';
import type { ProjectInfo } from './project.ts';
import type { Session } from './session.ts';
import { formatTimestamp, toTimestamp } from './timestamps.ts';
import type { Target } from './upload/target.ts';

/** A run as the server answered it. */
export interface ExperimentInfo {
  /** The server's own id, which all later calls use. */
  readonly id: string;
  /** The run id in addresses. */
  readonly slug: string;
  readonly name: string;
  /** False where the run existed before. */
  readonly created: boolean;
  /** Whole seconds since 1970. */
  readonly createdAt: number;
}

/** Creates a run, or takes up the one of this id. */
export async function openExperiment(
  session: Session,
  clock: Clock,
  project: ProjectInfo,
  run: RunIdentity & { readonly resume: Resume },
): Promise<ExperimentInfo> {
  if (run.resume === 'must') await requireRun(session, project, run.id);
  const createdAt = formatTimestamp(toTimestamp(clock.now()));
  const body = {
    name: run.name,
    description: run.description,
    createdAt,
    colors: [run.color, run.color],
    labels: run.tags.map((name) => ({ name })),
    job: run.jobType,
    cluster: run.group,
    cuid: run.id,
  };
  // The server takes an absent field, not an empty one.
  const filled = Object.fromEntries(Object.entries(body).filter(([, value]) => value.length > 0));
  const { status, data } = await session
    .post(`/project/${project.path}/experiment`, filled)
    .catch((error: unknown) => {
      throw explainRefusal(error, project, run.id);
    });
  const reply = (data ?? {}) as { cuid?: unknown; slug?: unknown; name?: unknown; createdAt?: unknown };
  if (typeof reply.cuid !== 'string' || reply.cuid === '') {
    throw new SwanLabError('invalid-answer', `the server did not answer with a run for "${run.id}"`);
  }
  const created = status === 201;
  const known = created ? createdAt : reply.createdAt;
  const begun = known ?? (await creationTime(session, project, reply.cuid));
  return {
    id: reply.cuid,
    slug: typeof reply.slug === 'string' && reply.slug !== '' ? reply.slug : reply.cuid,
    name: typeof reply.name === 'string' && reply.name !== '' ? reply.name : run.name,
    created,
    createdAt: toSeconds(begun),
  };
}

async function requireRun(session: Session, project: ProjectInfo, id: string): Promise<void> {
  await session.get(`/project/${project.path}/runs/${id}`).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    throw new SwanLabError('no-such-run', `there is no run "${id}" in ${project.path} to resume`, {
      hint: 'use resume: "allow" to create it where it does not exist',
      cause: error,
    });
  });
}

async function creationTime(session: Session, project: ProjectInfo, cuid: string): Promise<unknown> {
  const { data } = await session.get(`/project/${project.path}/runs/${cuid}`);
  return (data as { createdAt?: unknown } | undefined)?.createdAt;
}

function explainRefusal(error: unknown, project: ProjectInfo, id: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const say = (code: string, message: string, hint?: string) =>
    new SwanLabError(code, message, { cause: error, ...(hint !== undefined && { hint }) });
  switch (error.status) {
    case 400:
      return say(
        'not-resumable',
        `the run "${id}" cannot be resumed: ${error.message}`,
        'a cloned run takes no data; use another id',
      );
    case 403:
      return say(
        'no-permission',
        `you may not write to ${project.path}: ${error.message}`,
        'ask its owner, or choose another project',
      );
    case 404:
      return say('gone', `the project ${project.path} or the run "${id}" was deleted: ${error.message}`);
    case 409:
      return say(
        'id-taken',
        `the run id "${id}" belongs to another project: ${error.message}`,
        'use another id',
      );
    default:
      return error;
  }
}

/** Seconds of an ISO date, or of a number in seconds or milliseconds. */
export function toSeconds(value: unknown): number {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))) {
    const number = Number(value);
    return Math.floor(number > 1e11 ? number / 1000 : number);
  }
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed))
    throw new SwanLabError('invalid-answer', 'the server did not say when the run was created');
  return Math.floor(parsed / 1000);
}

export type FinalState = 'FINISHED' | 'CRASHED' | 'ABORTED';

export async function putState(
  target: Target,
  clock: Clock,
  state: FinalState,
  signal: AbortSignal,
): Promise<void> {
  const finishedAt = formatTimestamp(toTimestamp(clock.now()));
  const path = `/project/${target.projectPath}/runs/${target.experimentId}/state`;
  await target.session.put(path, { state, finishedAt, from: 'sdk' }, { signal });
}

/** Tells the server that the run is alive, now and then every ten minutes; that it is not told is no trouble. */
export async function beatUntil(
  session: Session,
  clock: Clock,
  experimentId: string,
  interval: number,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const path = `/house/experiments/${experimentId}/heartbeat`;
    await session.post(path, { flagId: '123456' }, { patience: 'none', signal: stop }).catch(() => undefined);
    await clock.sleep(interval, { signal: stop, background: true });
  }
}
