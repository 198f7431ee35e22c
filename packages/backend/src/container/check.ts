import type { Problem } from '../backend.ts';
import type { JobRequest } from '../job.ts';
import { checkGpuCount } from '../process/check.ts';
import type { Engine, EngineFacts } from './engine.ts';
import { gpuAccess } from './gpus.ts';

/** Refuses what an engine cannot give, and what it would only pretend to. */
export async function checkEngine(
  { resources }: Pick<JobRequest, 'resources'>,
  engine: Engine,
  facts: EngineFacts,
  environment: NodeJS.ProcessEnv,
  cdi: readonly string[] | undefined,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const { memory, gpus } = resources;
  if (memory !== null && !facts.limitsMemory) {
    problems.push({
      reason: 'memory-limit-unsupported',
      message: `${engine.kind} ${facts.rootless ? 'runs without root' : 'runs'} on control groups of version ${facts.cgroups} and would ignore the limit of ${gibibytes(memory)} of memory`,
      hint: 'leave `container.memory` out, run the engine as root, or move the machine to control groups of version 2',
    });
  }
  if (memory !== null && facts.memory > 0 && memory > facts.memory) {
    problems.push({
      reason: 'not-enough-memory',
      message: `a job is to have up to ${gibibytes(memory)} of memory, and the machine of ${engine.kind} has ${gibibytes(facts.memory)}`,
      hint: 'lower `container.memory`',
    });
  }
  if (gpus > 0) {
    const missing = await checkGpuCount(gpus, environment);
    if (missing !== undefined) problems.push(missing);
    else if ((await gpuAccess(engine, facts, cdi)) === 'none') {
      problems.push({
        reason: 'not-enough-gpus',
        message: `${engine.kind} cannot hand a GPU to a container: ${engine.kind === 'docker' ? 'it has no runtime called `nvidia`' : 'there is no CDI file for `nvidia.com/gpu`'}`,
        hint: `install the NVIDIA Container Toolkit, then \`${engine.kind === 'docker' ? 'sudo nvidia-ctk runtime configure --runtime=docker' : 'sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml'}\``,
      });
    }
  }
  return problems;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
