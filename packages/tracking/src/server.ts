import type { Clock } from '@swanlab/sdk-http';
import { ApiError, silentLogger, SwanLabClient, SwanLabError } from '@swanlab/sdk-http';
import { syncSpool, type Spool, type SyncedSpool } from './spools.ts';

/** Why a server of SwanLab cannot be worked with; `user` and `surroundings` say who can act. */
export class TrackingError extends Error {
  override readonly name = 'TrackingError';
  readonly actor: 'user' | 'surroundings';
  readonly hint: string | undefined;

  constructor(
    actor: 'user' | 'surroundings',
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.actor = actor;
    this.hint = options.hint;
  }
}

export interface ServerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the workspace's root, or of where the command was started. */
  readonly workspace: string;
  readonly clock?: Clock | undefined;
}

/** Who is logged in, and where. */
export interface Login {
  readonly host: string;
  readonly username: string;
}

/** A server that somebody is logged in to. */
export interface Server extends Login {
  /** Uploads what it does not have of a spool yet. Throws a {@link TrackingError}. */
  sync(spool: Spool, options: { readonly records: string; readonly left: boolean }): Promise<SyncedSpool>;
}

/**
 * Asks the server whether it knows a key, and keeps it where SwanLab's own programs look for one.
 *
 * @throws TrackingError
 */
export async function logIn(
  options: ServerOptions & { readonly apiKey: string; readonly host?: string | undefined },
): Promise<Login> {
  return inOurWords(async () => {
    const { apiKey, host } = options;
    const client = createClient(options);
    const { username } = await client.login({ apiKey, save: true, ...(host !== undefined && { host }) });
    return { host: client.settings.apiHost, username };
  });
}

/** @throws TrackingError when nobody is logged in, or the server cannot be reached. */
export async function openServer(options: ServerOptions): Promise<Server> {
  return inOurWords(async () => {
    const client = createClient(options);
    const { username } = await client.login();
    return {
      host: client.settings.apiHost,
      username,
      sync: (spool, how) => inOurWords(() => syncSpool(spool, { client, username, ...how })),
    };
  });
}

export function createClient({ environment, workspace, clock }: ServerOptions): SwanLabClient {
  return new SwanLabClient({
    environment,
    workingDirectory: workspace,
    logger: silentLogger,
    ...(clock !== undefined && { clock }),
  });
}

async function inOurWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toTrackingError(error);
  }
}

function toTrackingError(error: unknown): unknown {
  if (error instanceof ApiError) {
    const hint = error.retryable ? 'check the network, or SWANLAB_API_HOST, and try again' : undefined;
    return new TrackingError('surroundings', error.message, { hint, cause: error });
  }
  if (!(error instanceof SwanLabError)) return error;
  if (error.code === 'not-logged-in') {
    const hint = 'log in with `temper login swanlab`, or set SWANLAB_API_KEY';
    return new TrackingError('user', firstLine(error.message), { hint, cause: error });
  }
  return new TrackingError('user', firstLine(error.message), { hint: error.hint, cause: error });
}

/** The client writes its hint below its sentence. */
export function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
