import { findInterpreter, EnvironmentError, packageIndex, type Interpreter } from '@temper/backend';
import { execa } from 'execa';
import { said, verbatim, type Finding } from './finding.ts';

/** Temper is tested from this version on; older ones lack what it is written with. */
const oldestNode = [20, 19] as const;

export function examineNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const good = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return {
    id: 'node',
    state: good ? 'good' : 'doubtful',
    found: verbatim(version),
    mend: good ? undefined : (texts) => texts.installNode(oldestNode.join('.')),
    blocking: !good,
  };
}

export async function examinePython(
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly finding: Finding; readonly interpreter: Interpreter | undefined }> {
  try {
    const interpreter = await findInterpreter('>=3.10 <3.14', environment);
    const found = verbatim(`${interpreter.version} (${interpreter.path})`);
    return { interpreter, finding: { id: 'python', state: 'good', found } };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    const { message } = error;
    return {
      interpreter: undefined,
      finding: {
        id: 'python',
        state: 'missing',
        found: said(message),
        mend: (texts) => texts.installPython,
        blocking: true,
      },
    };
  }
}

export async function examineUv(environment: NodeJS.ProcessEnv): Promise<Finding> {
  const asked = await execa('uv', ['--version'], { ...quietly(environment), timeout: 10_000 });
  return asked.failed
    ? { id: 'uv', state: 'missing', found: (texts) => texts.uvComes }
    : { id: 'uv', state: 'good', found: verbatim(asked.stdout.trim().replace(/^uv /, '')) };
}

/** Asks as the environment's build will: with pip's own index, mirror, proxy and certificates. */
export async function examinePackageIndex(
  interpreter: Interpreter | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Finding> {
  const id = 'packageIndex';
  if (interpreter === undefined) return { id, state: 'missing', found: (texts) => texts.noPythonToAsk };
  const index = withoutPassword(await packageIndex(interpreter, environment));
  const question = [
    '-m',
    'pip',
    'index',
    'versions',
    'uv',
    '--timeout',
    '5',
    '--retries',
    '0',
    '--disable-pip-version-check',
  ];
  const asked = await execa(interpreter.path, question, { ...quietly(environment), timeout: 20_000 });
  if (!asked.failed) return { id, state: 'good', found: verbatim(index) };
  return {
    id,
    state: 'doubtful',
    found: (texts) => texts.doesNotAnswer(index, errorOf(asked.stderr)),
    mend: (texts) => texts.setIndex,
  };
}

/** The address of an index may hold a password. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]+@/, '//');
}

/** Pip ends with the error that counts, and may warn before and after it. */
function errorOf(text: string): string {
  const lines = text.trim().split('\n');
  return (lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? '').replace(/^ERROR: /, '');
}

function quietly(environment: NodeJS.ProcessEnv) {
  return { env: environment, extendEnv: false, reject: false, stdin: 'ignore' } as const;
}
