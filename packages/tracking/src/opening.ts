import type { Clock, InitOptions, Run, SwanLabClient } from '@swanlab/sdk-http';
import type { Patience } from './patience.ts';
import { firstLine } from './server.ts';

/** What opening a tracking run takes. */
export interface OpeningParts {
  readonly mode: 'online' | 'offline';
  readonly init: InitOptions;
  readonly client: SwanLabClient;
  readonly clock: Clock;
  readonly patience: Patience;
  /** Whether nobody waits any longer. */
  readonly hurried: () => boolean;
  /** The run is not, or not only, on the server. */
  readonly onTrouble: (sentence: string) => void;
}

/** How long a server may take to open a run before the step is tracked offline. */
const openingMilliseconds = 20_000;

/** Opens a run on the server, or in a folder alone where the server cannot be had. */
export async function openRun(parts: OpeningParts): Promise<Run> {
  const { client, init } = parts;
  const openOffline = (): Promise<Run> => client.init({ ...init, mode: 'offline' });
  if (parts.mode === 'offline') return openOffline();
  const { clock, patience } = parts;
  const settled = new AbortController();
  void clock.sleep(openingMilliseconds, { signal: settled.signal, background: true }).then(() => {
    if (!settled.signal.aborted) patience.end();
  });
  try {
    await bringUp(client, init);
    return await client.init({ ...init, mode: 'online' });
  } catch (error) {
    parts.onTrouble(sentenceOf(error));
    return await openOffline();
  } finally {
    settled.abort();
    if (!parts.hurried()) patience.renew();
  }
}

/** What the server lacks of the part before goes first: a later part must not end the run while points are missing. */
async function bringUp(client: SwanLabClient, { continues }: InitOptions): Promise<void> {
  if (continues === undefined) return;
  await client.syncFolder(continues, { leaveOpen: true }).catch(() => {
    // It stays in its folder, as all that cannot be sent does.
  });
}

export function sentenceOf(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}
