import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Deviation, Problem } from '../backend.ts';
import type { JobRequest } from '../job.ts';

/** What plain processes cannot be held to, and so only declare. */
export const processDeviations: readonly Deviation[] = [
  { point: 'network', reason: 'a process of this user can open connections' },
  { point: 'file system', reason: 'a process of this user can read and write what the user can' },
  { point: 'memory limit', reason: 'without a control group nothing enforces one' },
];

/** Refuses what this machine's processes could only ignore: a memory limit, and GPUs that are not there. */
export async function checkProcess(
  { resources }: Pick<JobRequest, 'resources' | 'network'>,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  if (resources.memory !== null) {
    problems.push({
      reason: 'memory-limit-unsupported',
      message: `nothing here can hold a job to ${(resources.memory / 2 ** 30).toFixed(1)} GiB of memory`,
      hint: 'leave the limit out, or use a backend that runs containers',
    });
  }
  const missing = await checkGpuCount(resources.gpus, environment);
  if (missing !== undefined) problems.push(missing);
  return problems;
}

/** Refuses more GPUs than nvidia-smi lists. */
export async function checkGpuCount(
  wanted: number,
  environment: NodeJS.ProcessEnv,
): Promise<Problem | undefined> {
  if (wanted === 0) return undefined;
  const seen = await countGpus(environment);
  if (seen >= wanted) return undefined;
  return {
    reason: 'not-enough-gpus',
    message: `the job asks for ${wanted} GPU${wanted === 1 ? '' : 's'}, and this machine has ${seen}`,
    hint: '`temper doctor` shows which GPUs are seen, and by whom',
  };
}

async function countGpus(environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', ['-L'], { env: environment });
    return stdout.split('\n').filter((line) => line.startsWith('GPU ')).length;
  } catch {
    return 0;
  }
}
