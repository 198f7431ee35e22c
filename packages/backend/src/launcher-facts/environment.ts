/** What every job sees, whatever the machine: a result must not depend on its locale, time zone or threads. */
const fixedEnvironment = {
  TZ: 'UTC',
  LC_ALL: 'C.UTF-8',
  HF_HUB_OFFLINE: '1',
  TOKENIZERS_PARALLELISM: 'false',
  OMP_NUM_THREADS: '1',
  PYTHONHASHSEED: '0',
} as const;

/** What the machine decides: where programs are, and which devices the engine handed out. */
const machineVariables = [
  'PATH',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_VISIBLE_DEVICES',
];

type Variables = Readonly<Record<string, string | undefined>>;

/** What a launcher is given: the machine's variables and the values of named secrets, which are written nowhere. */
export function launcherEnvironment(from: Variables, secretNames: readonly string[]): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const name of [...machineVariables, ...secretNames]) {
    const value = from[name];
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}

/** What the job itself is given: the launcher's, the fixed ones, the listed ones, and a home that is thrown away. */
export function jobEnvironment(
  launcher: Variables,
  request: {
    readonly environment: Readonly<Record<string, string>>;
    readonly secretNames: readonly string[];
  },
  folder: string,
  temporary: string,
): Record<string, string> {
  return {
    ...launcherEnvironment(launcher, request.secretNames),
    ...fixedEnvironment,
    ...request.environment,
    HOME: temporary,
    TMPDIR: temporary,
    TEMPER_JOB: folder,
  };
}
