/**
 * What this machine offers and lacks. In come the environment and the places of a workspace; out come findings, each
 * with its state and sentences for people. Nothing is changed and nothing waits long: every question that leaves the
 * machine is given five seconds, and all are asked at once.
 */
import type { Places } from '../workspace.ts';
import type { Finding } from './finding.ts';
import { examineEngine, examineGpus } from './gpus.ts';
import { examineDisk, examineFileSystem, examineMemory } from './machine.ts';
import { examineClock, examineHub, examineSwanlab } from './network.ts';
import { examineNode, examinePackageIndex, examinePython, examineUv } from './toolchain.ts';

export type { Finding } from './finding.ts';

export async function examine(
  places: Pick<Places, 'home' | 'workspace'>,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  const python = examinePython(environment);
  const gpus = examineGpus();
  const hubs = [examineHub('huggingface', environment), examineHub('modelscope', environment)] as const;
  const engine = async (kind: 'docker' | 'podman'): Promise<Finding> =>
    examineEngine(kind, environment, (await gpus).state === 'good');
  return Promise.all([
    Promise.resolve(examineNode()),
    python.then(({ finding }) => finding),
    examineUv(environment),
    Promise.resolve(examineMemory()),
    examineDisk(places.home),
    examineFileSystem(places.home),
    gpus,
    engine('docker'),
    engine('podman'),
    python.then(({ interpreter }) => examinePackageIndex(interpreter, environment)),
    hubs[0].then(({ finding }) => finding),
    hubs[1].then(({ finding }) => finding),
    examineSwanlab(environment, places.workspace),
    Promise.all(hubs).then((asked) => examineClock(asked.map(({ heard }) => heard))),
  ]);
}
