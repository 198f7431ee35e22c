import { askEngine, describedDevices, EngineError, findCommand, gpuAccess } from '@temper/backend';
import { execa } from 'execa';
import { bytes } from '@temper/report/words';
import { listGpus } from '../gpus.ts';
import { said, verbatim, type Finding } from './finding.ts';

export async function examineGpus(): Promise<Finding> {
  const gpus = await listGpus();
  if (gpus.length > 0) {
    const list = gpus.map(({ name, memory }) => `${name} (${bytes(memory)})`).join(', ');
    return { id: 'gpu', state: 'good', found: verbatim(list) };
  }
  const asked = await execa('nvidia-smi', ['-L'], { reject: false, stdin: 'ignore', timeout: 10_000 });
  if (asked.code === 'ENOENT') return { id: 'gpu', state: 'missing', found: (texts) => texts.noGpu };
  // A driver that was upgraded under a running kernel is the usual case, and says so.
  const said = `${asked.stdout}\n${asked.stderr}`.trim().split('\n')[0] ?? '';
  return {
    id: 'gpu',
    state: 'doubtful',
    found: (texts) => texts.nvidiaSmiFails(said),
    mend: (texts) => texts.mendDriver,
  };
}

/** A container engine, and whether containers of its own get GPUs, by the folders of CDI files where others are given. */
export async function examineEngine(
  kind: 'docker' | 'podman',
  environment: NodeJS.ProcessEnv,
  machineHasGpu: boolean,
  cdiFolders?: readonly string[],
): Promise<Finding> {
  const engine = await findCommand(kind, environment);
  if (engine === undefined) return { id: kind, state: 'missing', found: (texts) => texts.notInstalled };
  try {
    const facts = await askEngine(engine, environment);
    const access = await gpuAccess(engine, facts, cdiFolders);
    const devices = access === 'cdi' ? (await describedDevices(cdiFolders)).length : 0;
    const lacksGpus = machineHasGpu && access === 'none';
    const lacksMemoryLimit = !facts.limitsMemory;
    return {
      id: kind,
      state: lacksGpus || lacksMemoryLimit ? 'doubtful' : 'good',
      found: (texts) =>
        texts.engine({ version: facts.version, rootless: facts.rootless, access, devices, lacksMemoryLimit }),
      mend: lacksGpus
        ? (texts) => (kind === 'docker' ? texts.giveDockerGpus : texts.givePodmanGpus)
        : lacksMemoryLimit
          ? (texts) => texts.delegateMemory
          : undefined,
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return {
      id: kind,
      state: 'doubtful',
      found: said(error.message),
      mend: (texts) => (kind === 'docker' ? texts.startDocker : texts.startPodman),
    };
  }
}
