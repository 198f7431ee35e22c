import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PipelineError } from '@temper/pipeline';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { logFile } from '../past.ts';
import { openSession, type CommonOptions } from '../session.ts';

export interface LogsFlags extends CommonOptions {
  readonly follow?: boolean;
}

/** `temper logs RUN STEP`: what a step printed; `-f` goes on until the run has ended. */
export async function logsCommand(run: string, label: string, flags: LogsFlags): Promise<ExitCode> {
  const { places } = openSession(flags);
  const path = logFile(places.workspace, Number(run), label);
  const result = join(places.workspace, '.temper', 'runs', run, 'result.json');
  const follows = flags.follow === true;
  if (!existsSync(path) && !(follows && !existsSync(result))) {
    throw new PipelineError(
      'no-log',
      `run ${run} has no log of \`${label}\`: the step printed nothing, or did not run there`,
      {
        hint: `\`temper show ${run}\` lists the steps of the run`,
      },
    );
  }
  for (let offset = 0; ;) {
    // Asked before reading: what is written between the last reading and the end would be lost otherwise.
    const ended = existsSync(result);
    offset = copyFrom(path, offset);
    if (!follows || ended) return exitCode.done;
    await pause(200);
  }
}

function copyFrom(path: string, offset: number): number {
  if (!existsSync(path)) return offset;
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(64 * 1024);
  let at = offset;
  try {
    for (
      let read = readSync(file, buffer, 0, buffer.length, at);
      read > 0;
      read = readSync(file, buffer, 0, buffer.length, at)
    ) {
      process.stdout.write(Buffer.from(buffer.subarray(0, read)));
      at += read;
    }
  } finally {
    closeSync(file);
  }
  return at;
}
