import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Message } from './conversation.ts';
import type { Voice } from './cast.ts';

/** One answer that is asked for. */
export interface Question {
  readonly voice: Voice;
  readonly messages: readonly Message[];
  readonly maxNewTokens: number;
  /** 0 takes the likeliest token each time. */
  readonly temperature: number;
  readonly seed: number;
}

/** How an answer ended. */
export interface AnswerEnd {
  /** By itself, at the limit of tokens, or because somebody stopped it. */
  readonly ended: 'stop' | 'limit' | 'interrupted';
  readonly tokens: number;
  readonly promptTokens: number;
  readonly seconds: number;
}

/** Why there is no answer. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly hint: string | undefined;
  /** Whether the process that answers is gone, so that no other question can be asked. */
  readonly fatal: boolean;

  constructor(message: string, options: { readonly hint?: string | undefined; readonly fatal: boolean }) {
    super(message);
    this.hint = options.hint;
    this.fatal = options.fatal;
  }
}

/** A process that answers, one question at a time. */
export interface Answerer {
  /** Resolves when it can be asked, or when it has become clear that it never can. */
  readonly ready: Promise<void>;
  /** @throws AnswerError */
  answer(question: Question, onText: (text: string) => void): Promise<AnswerEnd>;
  /** Ends the answer that is being written, if one is. */
  stop(): void;
  close(): Promise<void>;
}

/** Starts the process: here, in a container, wherever the folders of artifacts can be read. */
export type StartAnswerer = () => {
  readonly child: ChildProcess;
  /** Ends it, whatever it is doing. */
  kill(): Promise<void> | void;
};

/** What follows the interpreter. */
export const answererArguments = ['-m', 'temper_chat'] as const;

/** What the process is told besides what it inherits. */
export function answererVariables(root: string, environment: NodeJS.ProcessEnv): Record<string, string> {
  return {
    PYTHONPATH: root,
    PYTHONDONTWRITEBYTECODE: '1',
    LC_ALL: 'C.UTF-8',
    HF_HUB_OFFLINE: '1',
    TOKENIZERS_PARALLELISM: 'false',
    OMP_NUM_THREADS: environment['OMP_NUM_THREADS'] ?? '1',
  };
}

/** Starts it as a process of this machine. */
export function localAnswerer(options: {
  readonly python: string;
  /** Where the Python packages of Temper lie. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
}): StartAnswerer {
  const { environment } = options;
  return () => {
    const child = spawn(options.python, answererArguments, {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C is for the one who talks to the person, and ends an answer, not the model.
      detached: true,
      env: { ...environment, ...answererVariables(options.root, environment) },
    });
    return { child, kill: () => void child.kill('SIGKILL') };
  };
}

/** What the process says, a line each; its other side is the Python package `temper_chat`. */
type Said =
  | { readonly type: 'phase'; readonly name: string }
  | { readonly type: 'ready'; readonly device: string }
  | { readonly type: 'text'; readonly id: number; readonly text: string }
  | ({ readonly type: 'done'; readonly id: number } & AnswerEnd)
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly hint?: string | null };

interface Waiting {
  readonly id: number;
  readonly onText: (text: string) => void;
  readonly resolve: (end: AnswerEnd) => void;
  readonly reject: (error: AnswerError) => void;
}

export function createAnswerer(start: StartAnswerer, onPhase: (name: string) => void): Answerer {
  const started = start();
  const { child } = started;
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the process has no pipes');
  let waiting: Waiting | undefined;
  let gone: AnswerError | undefined;
  let last = '';
  let asked = 0;
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (isReady = resolve));

  const end = (message: string): void => {
    gone ??= new AnswerError(message, { hint: last === '' ? undefined : last, fatal: true });
    isReady();
    waiting?.reject(gone);
    waiting = undefined;
  };
  child.on('error', (error) => {
    end(`the model could not be started: ${error.message}`);
  });
  child.on('close', (code, signal) => {
    end(`the process with the model ended (${signal ?? `exit code ${String(code)}`})`);
  });
  // Writing to a process that has ended is told by its end.
  stdin.on('error', () => undefined);
  createInterface({ input: stderr }).on('line', (line) => {
    if (line.trim() !== '') last = line.trim();
  });
  createInterface({ input: stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Said;
    if (said.type === 'phase') onPhase(said.name);
    if (said.type === 'ready') isReady();
    if (said.type === 'phase' || said.type === 'ready' || said.id !== waiting?.id) return;
    const { onText, resolve, reject } = waiting;
    if (said.type === 'text') {
      onText(said.text);
      return;
    }
    waiting = undefined;
    if (said.type === 'done') resolve(said);
    else reject(new AnswerError(said.message, { hint: said.hint ?? undefined, fatal: false }));
  });
  const send = (message: object): void => {
    stdin.write(`${JSON.stringify(message)}\n`);
  };

  return {
    ready,
    answer({ voice, messages, maxNewTokens, temperature, seed }, onText) {
      if (gone !== undefined) return Promise.reject(gone);
      const id = (asked += 1);
      return new Promise((resolve, reject) => {
        waiting = { id, onText, resolve, reject };
        const { weights, baseDigest, adapter, tokenizer } = voice;
        send({
          type: 'answer',
          id,
          ...{ weights, baseDigest, adapter, tokenizer },
          ...{ messages, maxNewTokens, temperature, seed },
        });
      });
    },
    stop() {
      if (waiting !== undefined) send({ type: 'stop', id: waiting.id });
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      gone ??= new AnswerError('the chat is over', { fatal: true });
      // It may be in the middle of loading gigabytes that nobody wants any more, and has nothing to save.
      const closed = once(child, 'close');
      await started.kill();
      await closed;
    },
  };
}
