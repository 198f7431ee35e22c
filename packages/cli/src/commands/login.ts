import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { PipelineError } from '@temper/pipeline';
import { didYouMean } from '@temper/plan';
import { logIn, TrackingError, type Login } from '@temper/tracking';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { printPipelineError } from '../print/problem.ts';
import type { Terminal } from '../print/terminal.ts';
import { openTerminal, type CommonOptions } from '../session.ts';

export interface LoginFlags extends CommonOptions {
  readonly key?: string;
  readonly host?: string;
}

/** `temper login swanlab`: asks the server whether it knows the key, and keeps it where SwanLab's programs find it. */
export async function loginCommand(service: string, flags: LoginFlags): Promise<ExitCode> {
  if (service !== 'swanlab') {
    throw new PipelineError('wrong-option', `there is no login to \`${service}\``, {
      hint: didYouMean(service, ['swanlab']) ?? 'the one service is `swanlab`',
    });
  }
  const environment = process.env;
  const terminal = openTerminal(flags, environment);
  const { texts } = terminal;
  const named = flags.key ?? environment['SWANLAB_API_KEY'] ?? '';
  const given = named === '-' ? await readInput() : named;
  const apiKey = given.trim() === '' ? await askForKey(texts.askForKey) : given.trim();
  if (apiKey === undefined) return exitCode.interrupted;
  let login: Login;
  try {
    login = await logIn({ apiKey, host: flags.host, environment, workspace: process.cwd() });
  } catch (error) {
    return refuse(error, terminal);
  }
  if (flags.json === true) terminal.json({ schema: 'temper.login/1', service, ...login });
  else terminal.line(texts.loggedIn(login.username, login.host));
  return exitCode.done;
}

/** Says why the server cannot be worked with. Anything else that was thrown is thrown on. */
export function refuse(error: unknown, { colors, texts }: Terminal): ExitCode {
  if (!(error instanceof TrackingError)) throw error;
  const { message, hint, actor } = error;
  const style = { workspace: process.cwd(), colors, texts };
  console.error(printPipelineError(new PipelineError('tracking', message, { hint }), style));
  return actor === 'user' ? exitCode.usage : exitCode.surroundings;
}

/** A password manager's way to give a key, which is in no history and no list of processes then. */
async function readInput(): Promise<string> {
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of process.stdin) text += chunk as string;
  return text;
}

/** What is typed is not shown. Undefined when the question was interrupted. */
async function askForKey(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) {
    throw new PipelineError('wrong-option', 'there is no API key', {
      hint: 'set SWANLAB_API_KEY, pipe it to `--key -`, or start this on a terminal, where it asks',
    });
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  const answer = await new Promise<string | undefined>((resolve) => {
    reader.question('', resolve);
    reader.on('close', () => resolve(undefined));
  });
  reader.close();
  process.stderr.write('\n');
  return answer?.trim();
}
