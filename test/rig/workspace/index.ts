/**
 * A workspace of its own for the real command. In come a template of small stages, the repository's packages and the
 * words that a user would type; out come exit code, both streams and the result object. Everything lies in a temporary
 * folder: the workspace, the home of Temper with its store, and the hand in which a test holds jobs. It takes for
 * granted that `npm ci` was run in the repository.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunResult } from '@temper/run';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { createHand, type Hand } from './hand.ts';
import { installPackages, repository } from './install.ts';
import { spoken } from './spoken.ts';

export type { Hand } from './hand.ts';
export { repository } from './install.ts';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** With the paths of this workspace and all durations replaced, so that texts can be compared whole. */
  readonly stdout: string;
  readonly stderr: string;
}

/** How a run ended. `result` is what `--result-file` holds; undefined when the command stopped before running. */
export interface Ran extends Ended {
  readonly result: RunResult | undefined;
  /** Outcome by step label; empty without a result. */
  readonly outcomes: Readonly<Record<string, string>>;
}

/** A command that is still going on. */
export interface Running<Result extends Ended> {
  readonly pid: number;
  /** Signals the command's whole group, as a terminal does. Jobs are in groups of their own. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when one of the streams holds a text, and rejects when the command ends without having said it. */
  says(text: string): Promise<void>;
  readonly ended: Promise<Result>;
}

export interface CommandOptions {
  /** Adds variables to those that the rig sets, and removes those that are null. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Where to be instead of the workspace's root. */
  readonly cwd?: string;
  /** What the command reads on its standard input. @default nothing */
  readonly input?: string;
}

export interface Workspace {
  /** Absolute, links resolved. */
  readonly root: string;
  /** What TEMPER_HOME is set to. */
  readonly home: string;
  readonly hand: Hand;
  /** Runs the command to its end. */
  temper(words: readonly string[], options?: CommandOptions): Promise<Ended>;
  /** `temper run`, with its result. */
  run(pipeline: string, words?: readonly string[], options?: CommandOptions): Promise<Ran>;
  startRun(pipeline: string, words?: readonly string[], options?: CommandOptions): Running<Ran>;
  /** Paths are relative to the workspace. */
  read(path: string): Promise<string>;
  write(path: string, content: string): Promise<void>;
  /** Replaces one text in a file; throws when it is not there. */
  edit(path: string, from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Makes a workspace for the test that is running, and takes it away when the test is over. */
export async function useWorkspace(): Promise<Workspace> {
  const folder = await temporaryFolder();
  const workspace = await createWorkspace(folder);
  onTestFinished(() => workspace.dispose());
  return workspace;
}

/** One workspace for all tests of a group, which must not depend on each other for all that. */
export function shareWorkspace(
  prepare?: (workspace: Workspace) => Promise<unknown>,
  milliseconds?: number,
): () => Workspace {
  let shared: DisposableWorkspace | undefined;
  beforeAll(async () => {
    shared = await createWorkspace(await temporaryFolder());
    await prepare?.(shared);
  }, milliseconds);
  afterAll(() => shared?.dispose());
  return () => {
    if (shared === undefined) throw new Error('a shared workspace is there when the first test begins');
    return shared;
  };
}

async function temporaryFolder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'temper-')));
}

interface DisposableWorkspace extends Workspace {
  /** Ends what a failed test left running, and takes the folder away. */
  dispose(): Promise<void>;
}

async function createWorkspace(folder: string): Promise<DisposableWorkspace> {
  const root = join(folder, 'workspace');
  const home = join(folder, 'home');
  await cp(join(import.meta.dirname, 'template'), root, { recursive: true });
  await installPackages(root);
  const hand = await createHand(join(folder, 'hand'));
  const commands = new Set<ChildProcess>();
  let runs = 0;

  const own = { TEMPER_HOME: home, HAND: hand.folder, LC_ALL: 'C.UTF-8' };
  const environment = (added: CommandOptions['env']): NodeJS.ProcessEnv => {
    const all: Readonly<Record<string, string | null | undefined>> = {
      ...withoutSettings(process.env),
      ...own,
      ...added,
    };
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value ?? undefined]));
  };
  const start = (words: readonly string[], options: CommandOptions = {}): Running<Ended> => {
    const command = [join(repository, 'packages/cli/bin/temper.js'), ...words];
    const child = spawn(process.execPath, command, {
      cwd: options.cwd ?? root,
      env: environment(options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    // A command that reads nothing may have ended before this arrives; what counts is what it says.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    commands.add(child);
    const output = { stdout: '', stderr: '' };
    const heard = new EventEmitter();
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
        heard.emit('text');
      });
    }
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        commands.delete(child);
        const [stdout, stderr] = [output.stdout, output.stderr].map((text) => spoken(text, folder));
        resolve({ code, signal, stdout: stdout ?? '', stderr: stderr ?? '' });
      });
    });
    const says = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const listen = (): void => {
          if (Object.values(output).some((said) => said.includes(text))) resolve();
        };
        heard.on('text', listen);
        void ended.then(() => {
          reject(new Error(`the command ended without saying ${text}:\n${output.stdout}${output.stderr}`));
        });
        listen();
      });
    const pid = child.pid ?? 0;
    return { pid, kill: (signal) => process.kill(-pid, signal), says, ended };
  };
  const startRun: Workspace['startRun'] = (pipeline, words = [], options = {}) => {
    const file = join(folder, 'results', `${String((runs += 1))}.json`);
    const running = start(['run', pipeline, ...words, '--result-file', file], options);
    return { ...running, ended: running.ended.then((ended) => withResult(ended, file)) };
  };

  return {
    root,
    home,
    hand,
    temper: (words, options) => start(words, options).ended,
    run: (pipeline, words, options) => startRun(pipeline, words, options).ended,
    startRun,
    read: (path) => readFile(join(root, path), 'utf8'),
    async write(path, content) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    async edit(path, from, to) {
      const before = await readFile(join(root, path), 'utf8');
      if (!before.includes(from)) throw new Error(`${path} does not hold ${from}`);
      await writeFile(join(root, path), before.replace(from, to));
    },
    remove: (path) => rm(join(root, path), { recursive: true }),
    async dispose() {
      for (const { pid } of commands) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      await hand.endAll();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function withResult(ended: Ended, file: string): Promise<Ran> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const result = text === undefined ? undefined : (JSON.parse(text) as RunResult);
  const outcomes = (result?.steps ?? []).map(({ label, outcome }) => [label, outcome] as const);
  return { ...ended, result, outcomes: Object.fromEntries(outcomes) };
}

/** What whoever runs the tests has set must not reach the command: colours, languages, places, Nx and CI. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings =
    /^(TEMPER_|XDG_|PIP_|UV_|NX_|LC_|LANG|CI$|FORCE_COLOR$|NO_COLOR$|HF_|MODELSCOPE_|VITEST|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !settings.test(name)));
}
