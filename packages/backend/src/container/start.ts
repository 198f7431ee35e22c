import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Handle } from '../backend.ts';
import { jobFiles } from '../folder/names.ts';
import { explain, type Asker } from './ask.ts';
import { quietly } from './engine.ts';

/**
 * Starts a container. The values of secrets go in by its standard input, one line that the launcher reads: as variables
 * of the container they would stand in what `inspect` tells everybody. The command is started in the job's folder, because
 * podman's monitor leaves a file named `oom` where it was started when the memory ran out.
 */
export async function startContainer(
  asker: Asker,
  handle: Handle,
  secretNames: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  if (secretNames.length === 0) {
    await asker.ask(['start', handle.nativeId], handle.folder);
    return;
  }
  const values = Object.fromEntries(
    secretNames.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  const attached = execa(asker.engine.command, ['start', '--attach', '--interactive', handle.nativeId], {
    ...quietly(environment),
    cwd: handle.folder,
    stdin: 'pipe',
    // Held open by whoever waits for the end of a pipe, which is not us.
    input: `${JSON.stringify(values)}\n`,
  });
  const over = new AbortController();
  void attached.finally(() => over.abort());
  // The first heartbeat is younger than the reading of that line: from then on the job needs no command line.
  const taken = (): boolean => existsSync(join(handle.folder, jobFiles.heartbeat));
  while (!over.signal.aborted && !taken()) await pause(20);
  attached.kill('SIGKILL');
  const ended = await attached;
  const began = taken() || existsSync(join(handle.folder, jobFiles.started));
  if (!began) throw explain(asker.engine, ended.stderr);
}
