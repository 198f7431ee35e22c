import { dirname, join } from 'node:path';
import { attendInContainer, EngineError, EnvironmentError } from '@temper/backend';
import { PipelineError } from '@temper/pipeline';
import type { Plan } from '@temper/plan';
import { identifyEnvironments, standingResults } from '@temper/run';
import { createBackends, pythonLauncher, specify } from '../backends.ts';
import {
  answererArguments,
  answererVariables,
  createAnswerer,
  localAnswerer,
  type StartAnswerer,
} from '../chat/answerer.ts';
import { findCast, type Cast } from '../chat/cast.ts';
import { readInput } from '../chat/input.ts';
import { clearLine, createLines } from '../chat/lines.ts';
import { createPlainPage, createTerminalPage } from '../chat/page.ts';
import { Talk, type Answer } from '../chat/talk.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { listGpus } from '../gpus.ts';
import { unaskedHub } from '../outside.ts';
import { printPipelineError } from '../print/problem.ts';
import { doing } from '../print/progress-words.ts';
import { openSession, type PlanningFlags, type Session } from '../session.ts';

export interface ChatFlags extends PlanningFlags {
  readonly prompt?: readonly string[];
  readonly compare?: string;
  readonly step?: string;
  readonly backend?: string;
  readonly system?: string;
  readonly maxNewTokens?: string;
  readonly temperature?: string;
  readonly seed?: string;
}

/** `temper chat P`: talks to what a pipeline trained. */
export async function chatCommand(pipeline: string, flags: ChatFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places } = session;
  const { texts } = terminal;
  const settings = readSettings(pipeline, flags);
  const plan = await session.plan(pipeline, flags);
  const style = { workspace: places.workspace, colors: terminal.colors, texts };
  let cast: Cast;
  let start: StartAnswerer;
  try {
    cast = await readCast(plan, session, settings.address);
    const backend = flags.backend ?? plan.settings.backend ?? 'local';
    start = await prepareAnswerer(plan, cast, session, backend);
  } catch (error) {
    const isSurroundings = error instanceof EngineError || error instanceof EnvironmentError;
    const told = isSurroundings
      ? new PipelineError(error.reason, error.message, { hint: error.hint })
      : error;
    if (!(told instanceof PipelineError) || !(isSurroundings || told.code === 'nothing-trained')) throw error;
    console.error(printPipelineError(told, style));
    return isSurroundings ? exitCode.surroundings : exitCode.stale;
  }

  const prompts = flags.prompt ?? [];
  const atTerminal = prompts.length === 0 && process.stdin.isTTY && flags.json !== true;
  const page = atTerminal
    ? createTerminalPage(terminal, style)
    : createPlainPage(style, { silent: flags.json === true, headings: settings.compare });
  const { label, run, stale } = cast.made;
  page.note(texts.chatTitle(plan.pipeline, plan.configuration, label, run));
  if (stale) page.note(texts.chatStale(label));
  if (atTerminal) page.note(texts.chatHint);

  const answerer = createAnswerer(start, (phase) => {
    page.note(`${doing(phase, texts)} …`);
  });
  try {
    const talk = new Talk(cast, answerer, page, texts, settings);
    const ready =
      (settings.checkpoint === undefined || talk.checkpoint(String(settings.checkpoint))) &&
      (!settings.compare || talk.compare(true));
    if (!ready) return exitCode.usage;
    const turns =
      prompts.length > 0
        ? await askAll(talk, prompts)
        : await converse(talk, {
            terminal: atTerminal,
            ready: answerer.ready,
            stop: () => {
              answerer.stop();
            },
            unknown: unknownCommand,
          });
    if (flags.json === true) {
      terminal.json({
        schema: 'temper.chat/1',
        pipeline: plan.pipeline,
        configuration: plan.configuration,
        step: label,
        stale,
        turns,
      });
    }
    return talk.over || (prompts.length > 0 && talk.failures > 0) ? exitCode.stepFailed : exitCode.done;
  } finally {
    await answerer.close();
  }

  function unknownCommand(command: string, nearest: string | undefined): void {
    page.problem(texts.chatUnknown(command), nearest === undefined ? '/help' : `/${nearest}`);
  }
}

interface Turn {
  readonly prompt: string;
  readonly answers: readonly Answer[];
}

async function askAll(talk: Talk, prompts: readonly string[]): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (const prompt of prompts) {
    if (talk.over) break;
    turns.push({ prompt, answers: await talk.ask(prompt) });
  }
  return turns;
}

/**
 * Reads lines until the person leaves: with `/exit`, Ctrl-D, or Ctrl-C at an empty prompt. Ctrl-C takes back a line that
 * is begun, and stops an answer.
 */
async function converse(
  talk: Talk,
  options: {
    readonly terminal: boolean;
    readonly ready: Promise<void>;
    readonly stop: () => void;
    readonly unknown: (command: string, nearest: string | undefined) => void;
  },
): Promise<readonly Turn[]> {
  const lines = createLines(process.stdin, options.terminal ? process.stdout : undefined);
  const turns: Turn[] = [];
  let answering = false;
  let left = false;
  const interrupt = (): void => {
    if (answering) options.stop();
    else if (lines.line !== '') clearLine(lines);
    else lines.close();
  };
  // At a terminal readline sees Ctrl-C as a key; without one it comes as a signal.
  lines.on('SIGINT', interrupt);
  process.on('SIGINT', interrupt);
  try {
    // What is said while libraries are loaded would be written over what is typed.
    if (options.terminal) await options.ready;
    if (options.terminal) lines.prompt();
    for await (const line of lines) {
      const input = readInput(line);
      answering = true;
      if (input.type === 'message') turns.push({ prompt: input.text, answers: await talk.ask(input.text) });
      else if (input.type === 'unknown') options.unknown(input.command, input.nearest);
      else if (input.type === 'command' && !(await talk.command(input.command, input.argument))) left = true;
      answering = false;
      left ||= talk.over;
      if (left) break;
      if (options.terminal) lines.prompt();
    }
    // Ctrl-D and Ctrl-C leave the cursor behind the prompt.
    if (!left && options.terminal) process.stdout.write('\n');
  } finally {
    process.off('SIGINT', interrupt);
    lines.close();
  }
  return turns;
}

function readSettings(pipeline: string, flags: ChatFlags) {
  const number = (option: string, text: string, valid: (value: number) => boolean, like: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && valid(value)) return value;
    throw new PipelineError('wrong-option', `\`${option} ${text}\` is not ${like}`);
  };
  const natural = (value: number): boolean => Number.isInteger(value) && value >= 0;
  if (flags.compare !== undefined && flags.compare !== 'base') {
    throw new PipelineError(
      'wrong-option',
      `\`--compare ${flags.compare}\`: only \`base\` can be compared with`,
      {
        hint: '`--compare base`',
      },
    );
  }
  const isNumber = /^\d+$/.test(flags.step ?? '');
  return {
    system: flags.system,
    compare: flags.compare !== undefined,
    checkpoint: isNumber ? Number(flags.step) : undefined,
    address: isNumber ? undefined : flags.step,
    maxNewTokens: number(
      '--max-new-tokens',
      flags.maxNewTokens ?? '512',
      (n) => natural(n) && n > 0,
      'a number of tokens',
    ),
    temperature: number(
      '--temperature',
      flags.temperature ?? '0',
      (n) => n >= 0 && n <= 10,
      'a temperature from 0 to 10',
    ),
    seed: number('--seed', flags.seed ?? '0', natural, 'a whole number from 0'),
    saveFile: `${pipeline}.chat.jsonl`,
  };
}

async function readCast(plan: Plan, session: Session, address: string | undefined): Promise<Cast> {
  const { places, store, stats } = session;
  const standing = await standingResults(plan, {
    workspace: places.workspace,
    store,
    stats,
    resolveHub: unaskedHub,
  });
  const cast = await findCast(plan, standing, store, address);
  await store.settled();
  return cast;
}

/**
 * Where answers come from: what the pipeline's own stages run in, made first where it is not there.
 *
 * @throws EngineError, EnvironmentError
 */
async function prepareAnswerer(
  plan: Plan,
  cast: Cast,
  { places, environment, terminal }: Session,
  backend: string,
): Promise<StartAnswerer> {
  const identities = await identifyEnvironments(plan);
  const identity = cast.environment === undefined ? undefined : identities.get(cast.environment);
  if (identity === undefined) throw new Error('a model was made by no Python stage');
  const specification = specify(identity);
  const { environments, containers, memory } = await createBackends({
    plan,
    places,
    environment,
    name: backend,
    emit: (event) => {
      if (event.type === 'environment') console.error(terminal.texts.environment(event.name, event.phase));
    },
  });
  const root = join(dirname(pythonLauncher(places.workspace)), 'python');
  if (containers === undefined) {
    const { python } = await environments.ensure(specification);
    return localAnswerer({ python, root, environment });
  }
  const { engine, facts } = await containers.findEngine();
  const surroundings = await containers.surroundings(engine, specification);
  const gpus = Math.min(1, (await listGpus()).length);
  return () =>
    attendInContainer({
      ...{ engine, facts, surroundings, gpus, memory, environment },
      args: answererArguments,
      // Artifacts are told by their folders in the store.
      reads: [join(places.store, 'trees'), root],
      variables: { ...answererVariables(root, environment), HOME: '/tmp' },
    });
}
