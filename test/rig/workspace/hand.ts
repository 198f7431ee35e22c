import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A job of the stage `hold` that waits for its order. */
export interface HeldJob {
  /** Of the process in which the stage runs. */
  readonly pid: number;
  finish(): Promise<void>;
  /** Lets the stage throw an error of this message. */
  fail(message: string): Promise<void>;
}

/** Where a test holds jobs: a folder that the stage `hold` watches, with a file of orders for each name. */
export interface Hand {
  readonly folder: string;
  /** Waits until so many jobs of this name have begun, and answers the last one. */
  job(name: string, number?: number): Promise<HeldJob>;
  /** How many jobs of this name have begun. */
  count(name: string): Promise<number>;
  /** Jobs of this name that are still to come have their order already. */
  letGo(name: string): Promise<void>;
  /** Ends jobs that nobody gave an order. */
  endAll(): Promise<void>;
}

export async function createHand(folder: string): Promise<Hand> {
  await mkdir(folder, { recursive: true });
  const jobs = async (name: string): Promise<readonly number[]> => {
    const text = await readFile(join(folder, `${name}.jobs`), 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean).map(Number);
  };
  const order = async (name: string, text: string): Promise<void> => {
    // By a rename, since the job looks at every change and must not find half an order.
    await writeFile(join(folder, `${name}.draft`), text);
    await rename(join(folder, `${name}.draft`), join(folder, `${name}.order`));
  };
  return {
    folder,
    async job(name, number = 1) {
      const pids = await when(folder, async () => {
        const begun = await jobs(name);
        return begun.length >= number ? begun : undefined;
      });
      return {
        pid: pids.at(-1) ?? 0,
        finish: () => order(name, 'finish'),
        fail: (message) => order(name, message),
      };
    },
    count: async (name) => (await jobs(name)).length,
    letGo: (name) => order(name, 'finish'),
    async endAll() {
      const names = (await readdir(folder)).filter((file) => file.endsWith('.jobs'));
      for (const name of names) {
        for (const pid of await jobs(name.slice(0, -'.jobs'.length))) {
          try {
            // A number may have been given to another process since; ours knows its job's folder.
            if ((await readFile(`/proc/${String(pid)}/environ`, 'utf8')).includes('TEMPER_JOB='))
              process.kill(pid, 'SIGKILL');
          } catch {
            // It has ended, as it should.
          }
        }
      }
    },
  };
}

/** Asks again whenever something in a folder changes, until there is an answer. */
async function when<Answer>(folder: string, ask: () => Promise<Answer | undefined>): Promise<Answer> {
  const controller = new AbortController();
  const changes = watch(folder, { signal: controller.signal });
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => changes.once('change', () => resolve()));
      const answer = await ask();
      if (answer !== undefined) return answer;
      await changed;
    }
  } finally {
    controller.abort();
  }
}
