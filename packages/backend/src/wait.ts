import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Backend, Ended, Handle, JobEvent } from './backend.ts';
import { jobFiles } from './folder/names.ts';
import { lost } from './result.ts';

export interface WaitOptions {
  /** Aborting it cancels the job; the wait goes on until the job has ended. */
  readonly signal: AbortSignal;
  readonly graceSeconds: number;
  onEvent(event: JobEvent): void;
  onLog(stream: 'out' | 'err', bytes: Uint8Array): void;
  /**
   * How long a job may be out of sight and give no sign of life before it is given up as lost; six heartbeats by
   * default. A job that its backend sees running is never given up, however silent it is.
   */
  readonly lostAfterSeconds?: number;
}

/** Looked at this often, in milliseconds, even when the file system reports no change. */
const shortest = 20;
const longest = 400;

/**
 * Waits until a job has ended, passing on its events and logs. Built once above the verbs of every backend: it polls,
 * takes changes of the job's folder as a hint to look sooner, and believes neither events nor files about the end.
 */
export async function waitForJob(backend: Backend, handle: Handle, options: WaitOptions): Promise<Ended> {
  const { signal } = options;
  const offsets = { events: 0, out: 0, err: 0 };
  let seen = 0;
  let cancelled = false;

  const drain = async (): Promise<boolean> => {
    let moved = false;
    for (;;) {
      const { events, next } = await backend.events(handle, offsets.events);
      if (next === offsets.events) break;
      offsets.events = next;
      moved = true;
      for (const event of events) {
        // `seq` makes a repeated line visible; gaps are the job's own affair.
        if (event.seq <= seen) continue;
        seen = event.seq;
        options.onEvent(event);
      }
    }
    for (const stream of ['out', 'err'] as const) {
      for (;;) {
        const { bytes, next } = await backend.logs(handle, stream, offsets[stream]);
        if (bytes.length === 0) break;
        offsets[stream] = next;
        moved = true;
        options.onLog(stream, bytes);
      }
    }
    return moved;
  };

  const silence = createSilence(handle.folder);
  const lostAfter = (options.lostAfterSeconds ?? 60) * 1000;
  const hint = createHint(handle.folder);
  const onAbort = (): void => {
    hint.wake();
  };
  signal.addEventListener('abort', onAbort);
  try {
    for (let delay = shortest; ;) {
      const status = await backend.status(handle);
      const moved = await drain();
      if (status === 'ended') break;
      if (status === 'unknown' && silence() > lostAfter)
        return lost(
          handle,
          `nobody knows the job any more, and it gave no sign of life for ${lostAfter / 1000} s`,
        );
      if (signal.aborted && !cancelled) {
        cancelled = true;
        await backend.cancel(handle, { graceSeconds: options.graceSeconds });
      }
      // The result is the launcher's last act: it is about to be gone.
      const ending = existsSync(join(handle.folder, jobFiles.result));
      delay = moved || ending ? shortest : Math.min(longest, delay * 1.5);
      await hint.wait(delay);
    }
    await drain();
    return await backend.collect(handle);
  } finally {
    signal.removeEventListener('abort', onAbort);
    hint.close();
  }
}

/** Milliseconds since the heartbeat last moved, by our clock alone: the job's machine may keep another time. */
function createSilence(folder: string): () => number {
  let beat: number | undefined;
  let since = performance.now();
  return () => {
    const seen = statSync(join(folder, jobFiles.heartbeat), { throwIfNoEntry: false })?.mtimeMs;
    if (seen !== beat) since = performance.now();
    beat = seen;
    return performance.now() - since;
  };
}

interface Hint {
  /** Resolves when something changed, or after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
  wake(): void;
  close(): void;
}

function createHint(folder: string): Hint {
  let resume: (() => void) | undefined;
  const wake = (): void => resume?.();
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, wake);
    watcher.on('error', () => watcher?.close());
  } catch {
    // Without notice of changes the wait is a poll.
  }
  return {
    wait: (milliseconds) =>
      new Promise((done) => {
        const began = performance.now();
        let timer = setTimeout(done, milliseconds);
        resume = () => {
          // A job that reports without pause is looked at often, not without pause.
          resume = undefined;
          clearTimeout(timer);
          timer = setTimeout(done, Math.max(0, shortest - (performance.now() - began)));
        };
      }),
    wake,
    close: () => watcher?.close(),
  };
}
