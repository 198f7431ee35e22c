import { ApiError, SwanLabError } from './errors.ts';
import type { Session } from './session.ts';

/** What the client needs to know of a project. */
export interface ProjectInfo {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  /** `workspace/name`, as paths of the API have it. */
  readonly path: string;
  /** How many runs it has; new ones are named and coloured after it. */
  readonly experiments: number;
  readonly multiView: boolean;
}

/**
 * Looks first and creates only what is not there: somebody who may write to a project may still not create it. Servers
 * before multi-view projects know only the old way to create one.
 */
export async function ensureProject(
  session: Session,
  wanted: { workspace: string; name: string; public: boolean },
): Promise<ProjectInfo> {
  const path = `/project/${wanted.workspace}/${wanted.name}`;
  const found = await answerOr404(session.get(path));
  if (found !== undefined) return readProject(found.data, path);
  const visibility = wanted.public ? 'PUBLIC' : 'PRIVATE';
  const created = await answerOr404(
    session.post(`/projects/${wanted.workspace}`, { name: wanted.name, visibility }),
  );
  if (created === undefined) {
    await session
      .post('/project', { name: wanted.name, visibility, username: wanted.workspace })
      .catch((error: unknown) => {
        // Somebody else was faster.
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
      });
  }
  return readProject((await session.get(path)).data, path);
}

async function answerOr404<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function readProject(data: unknown, path: string): ProjectInfo {
  const reply = (data ?? {}) as {
    cuid?: unknown;
    name?: unknown;
    group?: { username?: unknown } | null;
    _count?: { experiments?: unknown } | null;
    version?: unknown;
  };
  if (
    typeof reply.cuid !== 'string' ||
    typeof reply.name !== 'string' ||
    typeof reply.group?.username !== 'string'
  ) {
    throw new SwanLabError('invalid-answer', `GET /api${path} did not answer with a project`);
  }
  const experiments = Number(reply._count?.experiments ?? 0);
  return {
    id: reply.cuid,
    name: reply.name,
    workspace: reply.group.username,
    path: `${reply.group.username}/${reply.name}`,
    experiments: Number.isFinite(experiments) ? experiments : 0,
    multiView: Number(reply.version ?? 0) >= 1,
  };
}
