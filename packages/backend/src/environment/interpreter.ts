import { execa } from 'execa';
import { EnvironmentError } from './error.ts';
import { satisfies } from './version.ts';

/** A Python that was asked for its version. */
export interface Interpreter {
  /** Absolute. */
  readonly path: string;
  /** Such as `3.11.7`. */
  readonly version: string;
}

const question = 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])';

/**
 * Finds a Python that satisfies a constraint such as `>=3.10 <3.14`: the one TEMPER_PYTHON names, else the newest on
 * PATH.
 *
 * @throws EnvironmentError `python-missing` or `python-too-old`, with what was found.
 */
export async function findInterpreter(
  constraint: string,
  environment: NodeJS.ProcessEnv,
): Promise<Interpreter> {
  const named = environment['TEMPER_PYTHON'];
  const candidates =
    named === undefined
      ? ['python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3', 'python']
      : [named];
  const unfit: Interpreter[] = [];
  for (const candidate of candidates) {
    const found = await ask(candidate, environment);
    if (found === undefined) continue;
    if (satisfies(found.version, constraint)) return found;
    unfit.push(found);
  }
  // As people write it: `>=3.10, <3.14`.
  const wanted = `Temper’s Python stages need Python ${constraint.replace(' ', ', ')}`;
  const hint =
    'install one (`apt install python3 python3-venv`, `brew install python@3.13`), or name one with TEMPER_PYTHON';
  if (unfit.length > 0) {
    const list = unfit.map(({ path, version }) => `${path} (${version})`).join(', ');
    throw new EnvironmentError('python-too-old', `${wanted}, and there is only ${list}`, hint);
  }
  throw new EnvironmentError(
    'python-missing',
    named === undefined
      ? `${wanted}, and there is none on PATH`
      : `TEMPER_PYTHON is ${named}, and that does not run`,
    hint,
  );
}

/** A shim of a version manager may be on PATH for a version that is not installed: only an answer counts. */
async function ask(command: string, environment: NodeJS.ProcessEnv): Promise<Interpreter | undefined> {
  const asked = await execa(command, ['-c', question], {
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 20_000,
  });
  const [path, version] = asked.failed ? [] : asked.stdout.trim().split('\n');
  return path === undefined || version === undefined ? undefined : { path, version };
}
