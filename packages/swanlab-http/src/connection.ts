import type { Clock } from './clock.ts';
import { SwanLabError } from './errors.ts';
import type { ExperimentInfo } from './experiment.ts';
import { openExperiment } from './experiment.ts';
import { colorFor, createRunId, nameFor } from './naming.ts';
import type { RunPlan } from './options.ts';
import type { ProjectInfo } from './project.ts';
import { ensureProject } from './project.ts';
import type { Session } from './session.ts';
import type { RunSummary } from './summary.ts';
import { fetchSummary } from './summary.ts';
import type { Target } from './upload/target.ts';

/** A run that the server knows. */
export interface Connection {
  readonly session: Session;
  readonly project: ProjectInfo;
  readonly experiment: ExperimentInfo;
  /** The run id, which differs from the planned one where that was taken by chance. */
  readonly runId: string;
  /** Where the run existed before. */
  readonly summary: RunSummary | undefined;
  readonly target: Target;
}

/** Tries for an id that nobody has; eight characters collide once in a few million runs of a project. */
const idTries = 3;

/** Login, project, experiment, and for a resumed run what the server has of it. */
export async function connect(session: Session, clock: Clock, plan: RunPlan): Promise<Connection> {
  const workspace = plan.workspace || (await session.whoami()).username;
  const project = await ensureProject(session, { workspace, name: plan.project, public: plan.public });
  const named = {
    ...plan,
    name: plan.name || nameFor(project.experiments),
    color: plan.color || colorFor(project.experiments),
  };
  for (let tries = 1; ; tries += 1) {
    const runId = tries === 1 ? plan.id : createRunId();
    const experiment = await openExperiment(session, clock, project, { ...named, id: runId });
    // A new run must not end up in a stranger's of the same random id.
    if (plan.resume === 'never' && !experiment.created) {
      if (tries < idTries) continue;
      throw new SwanLabError(
        'id-taken',
        `${idTries} random run ids in a row exist already in ${project.path}`,
      );
    }
    const summary = experiment.created ? undefined : await fetchSummary(session, project, experiment);
    const target = {
      session,
      projectPath: project.path,
      projectId: project.id,
      experimentId: experiment.id,
      multiView: project.multiView,
    };
    return { session, project, experiment, runId, summary, target };
  }
}
