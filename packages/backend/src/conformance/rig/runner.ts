/**
 * A runner of its own process, which submits one job and may be killed on the way: as `kill -9` would, just before the
 * call number `dieAt` that it makes to the file system or to start a process.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { JobRequest } from '../../job.ts';
import { thisOwner } from '../../process/identity.ts';
import type { BackendModule } from '../index.ts';

export interface RunnerOrder {
  readonly tools: string;
  readonly jobs: string;
  readonly folder: string;
  /** 0: it lives. */
  readonly dieAt: number;
}

/** Prints the handle, when it comes so far. */
export async function runRunner(createBackend: BackendModule['createBackend']): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? '') as RunnerOrder;
  const backend = createBackend({ tools: order.tools, jobs: order.jobs, environment: process.env });
  const request = JSON.parse(fs.readFileSync(join(order.folder, 'request.json'), 'utf8')) as JobRequest;
  const owner = await thisOwner();
  dieAtCall(order.dieAt);
  const handle = await backend.submit({ ...request, owner }, order.folder);
  console.log(JSON.stringify(handle));
  process.exit(0);
}

type Callable = (...args: unknown[]) => unknown;

function dieAtCall(dieAt: number): void {
  let calls = 0;
  const counted = (original: Callable): Callable =>
    function (this: unknown, ...args) {
      if (++calls === dieAt) process.kill(process.pid, 'SIGKILL');
      return original.apply(this, args);
    };
  const names =
    /^(open|write|read|link|rename|rm|unlink|mkdir|exists|access|stat|fsync|close|append|spawn|execFile)/;
  for (const module of [fs, fs.promises, childProcess] as unknown as Record<string, unknown>[]) {
    for (const [name, value] of Object.entries(module)) {
      if (typeof value === 'function' && names.test(name)) module[name] = counted(value as Callable);
    }
  }
  const socket = Socket.prototype as unknown as Record<string, Callable>;
  if (socket['end'] !== undefined) socket['end'] = counted(socket['end']);
  syncBuiltinESMExports();
}
