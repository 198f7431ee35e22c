import type { Backend } from '../backend.ts';
import type { EnvironmentManager, EnvironmentSpecification } from '../environment/manager.ts';
import { createProcessBackend } from '../process/backend.ts';
import { checkProcess, processDeviations } from '../process/check.ts';

/** Where Python stages run on this machine: processes in an environment made from the locked list. */
export function createLocalBackend(options: {
  /** The Python launcher, absolute. */
  readonly launcher: string;
  readonly environments: EnvironmentManager;
  /** The declared environment of a digest that requests name. */
  readonly specification: (digest: string) => EnvironmentSpecification;
  readonly jobs: string;
  readonly environment: NodeJS.ProcessEnv;
}): Backend {
  return createProcessBackend({
    name: 'local',
    deviations: processDeviations,
    jobs: options.jobs,
    environment: options.environment,
    check: (request) => checkProcess(request, options.environment),
    async launcherCommand(request, folder) {
      if (request.python === null) throw new Error(`${request.label} is not a Python stage`);
      const { python } = await options.environments.ensure(options.specification(request.python.digest));
      return [python, options.launcher, folder];
    },
  });
}
