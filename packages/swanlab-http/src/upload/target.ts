import type { Session } from '../session.ts';

/** The experiment that an upload goes to. */
export interface Target {
  readonly session: Session;
  /** `workspace/project`, as paths of the API have it. */
  readonly projectPath: string;
  readonly projectId: string;
  /** The server's own id of the run, which is not the run id. */
  readonly experimentId: string;
  /** Whether series go to the project (version 1 of a project) or to the experiment. */
  readonly multiView: boolean;
}

export function postMetrics(
  target: Target,
  type: 'scalar' | 'media' | 'log',
  records: readonly string[],
  signal: AbortSignal,
): Promise<unknown> {
  // The records are JSON already; parsing them to write them again would be most of the work.
  const head = `{"type":"${type}","projectId":${JSON.stringify(target.projectId)},"experimentId":${JSON.stringify(target.experimentId)},"metrics":[`;
  return target.session.post('/house/metrics', `${head}${records.join(',')}]}`, { patience: 'none', signal });
}
