import { basename } from 'node:path';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { connect } from './connection.ts';
import { writeCredentials } from './credentials.ts';
import { sentenceOf } from './errors.ts';
import type { Fetch } from './http.ts';
import { createWire } from './http.ts';
import { collectMetadata } from './metadata.ts';
import type { Logger } from './notices.ts';
import { Mask, standardLogger } from './notices.ts';
import type { InitOptions, Metadata, RunPlan } from './options.ts';
import { planRun } from './options.ts';
import { ReadApi } from './read/read-api.ts';
import { Run } from './run.ts';
import type { LoginInfo } from './session.ts';
import { Session } from './session.ts';
import type { ResolvedSettings, Settings } from './settings.ts';
import { checkMode, resolveSettings } from './settings.ts';
import type { RunFolder } from './spool/folder.ts';
import { createRunFolder, openRunFolder } from './spool/folder.ts';
import { summariseLog } from './spool/summary.ts';
import type { SyncOptions, SyncReport } from './spool/sync.ts';
import { syncRunFolder } from './spool/sync.ts';
import type { RunSummary } from './summary.ts';
import { laterOf } from './summary.ts';

export interface ClientOptions {
  readonly apiKey?: string;
  readonly host?: string;
  readonly webHost?: string;
  readonly settings?: Partial<Settings>;
  /** @default the fetch of Node */
  readonly fetch?: Fetch;
  /** @default standard error */
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @default process.cwd() */
  readonly workingDirectory?: string;
}

/** One login to one SwanLab server, and the runs and readings made with it. */
export class SwanLabClient {
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #mask = new Mask();
  readonly #logger: Logger;
  #resolved: ResolvedSettings;
  #session: Session;

  constructor(options: ClientOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = this.#mask.wrap(options.logger ?? standardLogger);
    this.#resolved = this.#resolve({ host: options.host, apiKey: options.apiKey });
    this.#session = this.#createSession();
  }

  /** The settings in force; the key is not among them. */
  get settings(): Settings {
    return this.#resolved.settings;
  }

  /** Whether a key was given, found in the environment, or stored by an earlier login. */
  get hasKey(): boolean {
    return this.#session.hasKey;
  }

  /** The server read back. */
  get api(): ReadApi {
    return new ReadApi(this.#session, this.#resolved.settings.webHost);
  }

  /**
   * Logs in now. `save` keeps host and key for this and the official client, in place of the login before. Throws a
   * SwanLabError with code `bad-key` or `not-logged-in`, or an ApiError.
   */
  async login(options: { apiKey?: string; host?: string; save?: boolean } = {}): Promise<LoginInfo> {
    const { apiKey, host, save = false } = options;
    if (host !== undefined || apiKey !== undefined) {
      this.#resolved = this.#resolve({
        host: host ?? this.#resolved.settings.apiHost,
        apiKey: apiKey ?? this.#resolved.apiKey,
      });
      this.#session = this.#createSession();
    }
    const info = await this.#session.login();
    const key = this.#resolved.apiKey;
    if (save && key !== undefined) {
      const { root, apiHost, webHost } = this.#resolved.settings;
      writeCredentials(root, { apiHost, webHost, apiKey: key });
    }
    return info;
  }

  /** Opens a run. Online it throws where the server cannot be reached or says no, unless `onInitFailure` is `offline`. */
  async init(options: InitOptions = {}): Promise<Run> {
    const { settings, run } = this.#resolved;
    const mode = checkMode(options.mode ?? settings.mode);
    const plan = planRun(options, run, basename(this.#options.workingDirectory ?? process.cwd()));
    if (mode !== 'online') return this.#open(options, plan, mode, undefined);
    try {
      return this.#open(options, plan, mode, await connect(this.#session, this.#clock, plan));
    } catch (error) {
      if (options.onInitFailure !== 'offline') throw error;
      const run = this.#open(options, plan, 'offline', undefined);
      this.#logger.warn(`offline, because ${sentenceOf(error)}\n  the run is kept in ${run.folder}`);
      return run;
    }
  }

  /** The same as `init`. */
  experiment(options: InitOptions = {}): Promise<Run> {
    return this.init(options);
  }

  /** Uploads a run's folder, of this client or of the official one; see `syncFolder`. */
  syncFolder(folder: string, options: SyncOptions = {}): Promise<SyncReport> {
    return syncRunFolder(folder, options, {
      session: this.#session,
      clock: this.#clock,
      logger: this.#logger,
      settings: this.#resolved.settings,
    });
  }

  #open(
    options: InitOptions,
    plan: RunPlan,
    mode: Settings['mode'],
    connection: Connection | undefined,
  ): Run {
    const settings = this.#resolved.settings;
    const now = new Date(this.#clock.now());
    const id = connection?.runId ?? plan.id;
    const folder =
      mode === 'disabled' ? undefined : createRunFolder(options.logDir ?? settings.logDir, id, now);
    return new Run({
      plan,
      mode,
      settings,
      clock: this.#clock,
      logger: this.#logger,
      folder,
      connection,
      summary: laterOf(connection?.summary, earlierPart(options)),
      repeats: options.repeats ?? false,
      metadata: metadataOf(options, folder),
      config: options.config,
      monitorInterval: options.monitorInterval ?? 0,
    });
  }

  #resolve({ host, apiKey }: { host?: string | undefined; apiKey?: string | undefined }): ResolvedSettings {
    const { settings = {}, webHost, environment, workingDirectory } = this.#options;
    const resolved = resolveSettings({
      given: {
        ...settings,
        ...(host !== undefined && { apiHost: host }),
        ...(webHost !== undefined && { webHost }),
        apiKey,
      },
      ...(environment !== undefined && { environment }),
      ...(workingDirectory !== undefined && { workingDirectory }),
    });
    return resolved;
  }

  #createSession(): Session {
    const { settings, apiKey } = this.#resolved;
    const fetch = this.#options.fetch ?? globalThis.fetch;
    const wire = createWire({ fetch, clock: this.#clock, mask: this.#mask.apply });
    return new Session({ wire, clock: this.#clock, settings, mask: this.#mask, key: apiKey });
  }
}

function earlierPart({ continues }: InitOptions): RunSummary | undefined {
  return continues === undefined ? undefined : summariseLog(openRunFolder(continues).log);
}

function metadataOf(
  { metadata = 'collect' }: InitOptions,
  folder: RunFolder | undefined,
): Metadata | undefined {
  if (metadata === 'none') return undefined;
  if (typeof metadata === 'object') return metadata;
  const collected = collectMetadata(folder?.path ?? '');
  return metadata === 'collect' ? collected : metadata(collected);
}

export interface SyncFolderOptions extends SyncOptions {
  /** @default one made from the environment and the stored login */
  readonly client?: SwanLabClient;
}

/**
 * Uploads what a run's folder holds and this server does not have yet: the folder of an offline run, of one that ended
 * without a network, of one that was killed. The run keeps its id, so a second call finds nothing to do.
 */
export function syncFolder(
  folder: string,
  { client, ...options }: SyncFolderOptions = {},
): Promise<SyncReport> {
  return (client ?? new SwanLabClient()).syncFolder(folder, options);
}
