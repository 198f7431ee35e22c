import type { Backend } from '../backend.ts';
import { createProcessBackend } from '../process/backend.ts';
import { checkProcess, processDeviations } from '../process/check.ts';

/** Where TypeScript stages run: child Node processes of this machine. */
export function createHostBackend(options: {
  /** The built `host/launcher` and `host/child`. Absolute. */
  readonly launcher: string;
  readonly child: string;
  readonly jobs: string;
  readonly environment: NodeJS.ProcessEnv;
}): Backend {
  return createProcessBackend({
    name: 'host',
    deviations: processDeviations,
    jobs: options.jobs,
    environment: options.environment,
    check: (request) => checkProcess(request, options.environment),
    launcherCommand: (_, folder) =>
      Promise.resolve([process.execPath, options.launcher, options.child, folder]),
  });
}
