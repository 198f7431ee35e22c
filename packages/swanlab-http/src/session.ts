import type { Clock } from './clock.ts';
import { ApiError, SwanLabError } from './errors.ts';
import type { Answer, Exchange, Wire } from './http.ts';
import type { Mask } from './notices.ts';
import { sessionWaits } from './patience.ts';
import type { Settings } from './settings.ts';

export interface LoginInfo {
  readonly username: string;
  readonly name: string;
  /** When the session ends, if the server said so. */
  readonly expiredAt: Date | undefined;
}

export interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** A value for JSON, or JSON text that is ready to go. */
  readonly body?: object | string;
  /** Whether server errors are retried here (`session`) or by the caller (`none`). @default session */
  readonly patience?: 'session' | 'none';
  readonly signal?: AbortSignal | undefined;
}

export interface Result {
  readonly status: number;
  /** Undefined where the body was not JSON. */
  readonly data: unknown;
}

interface Ticket {
  readonly sid: string;
  readonly info: LoginInfo;
  /** Milliseconds since 1970 from which on a new one is fetched first. */
  readonly refreshAt: number;
}

const sevenDays = 7 * 24 * 3600 * 1000;

/**
 * Authenticated calls to one server. Logs in when first needed, ahead of expiry, and once more after a 401.
 * The key and the cookie live in private fields, out of reach of `util.inspect`.
 */
export class Session {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #mask: Mask;
  #key: string | undefined;
  #ticket: Ticket | undefined;
  #login: Promise<Ticket> | undefined;

  constructor(parts: { wire: Wire; clock: Clock; settings: Settings; mask: Mask; key: string | undefined }) {
    this.#wire = parts.wire;
    this.#clock = parts.clock;
    this.#settings = parts.settings;
    this.#mask = parts.mask;
    this.#key = parts.key;
    if (parts.key !== undefined) this.#mask.hide(parts.key);
  }

  get hasKey(): boolean {
    return this.#key !== undefined;
  }

  get apiHost(): string {
    return this.#settings.apiHost;
  }

  /** Fetches a session now, however fresh the one at hand is. */
  async login(key?: string): Promise<LoginInfo> {
    if (key !== undefined) {
      this.#key = key;
      this.#mask.hide(key);
    }
    return (await this.#renew()).info;
  }

  async whoami(signal?: AbortSignal): Promise<LoginInfo> {
    return (await this.#current(signal)).info;
  }

  async get(path: string, query?: Call['query'], signal?: AbortSignal): Promise<Result> {
    return this.call('GET', path, { ...(query && { query }), signal });
  }

  async post(path: string, body: object | string, options: Omit<Call, 'body'> = {}): Promise<Result> {
    return this.call('POST', path, { ...options, body });
  }

  async put(path: string, body: object | string, options: Omit<Call, 'body'> = {}): Promise<Result> {
    return this.call('PUT', path, { ...options, body });
  }

  /** `path` begins behind `/api`. */
  async call(method: Exchange['method'], path: string, call: Call = {}): Promise<Result> {
    const { query = {}, body, patience = 'session', signal } = call;
    const search = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(queryText(value))}`],
    );
    const url = `${this.#settings.apiHost}/api${path}${search.length > 0 ? `?${search.join('&')}` : ''}`;
    const attempt = async () => {
      const ticket = await this.#current(signal);
      const exchange = (sid: string): Exchange => ({
        method,
        url,
        headers: { Cookie: `sid=${sid}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        body: typeof body === 'object' ? JSON.stringify(body) : body,
        timeout: this.#settings.requestTimeout,
        signal,
      });
      try {
        return await this.#wire.send(exchange(ticket.sid));
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        // Somebody else may have renewed the session while this request was under way.
        const fresh = this.#ticket === ticket ? await this.#renew(signal) : await this.#current(signal);
        return await this.#wire.send(exchange(fresh.sid));
      }
    };
    const answer = patience === 'session' ? await this.#patiently(attempt, signal) : await attempt();
    return { status: answer.status, data: parseJson(answer.text) };
  }

  /** To and from object storage: no cookie, no key; a path-only address is one of the API's own server. */
  async fetchObject(
    method: 'GET' | 'PUT',
    url: string,
    options: { body?: Uint8Array<ArrayBuffer>; contentType?: string; signal?: AbortSignal | undefined } = {},
  ): Promise<Answer> {
    return this.#wire.send({
      method,
      url: new URL(url, this.#settings.apiHost).href,
      headers: options.contentType === undefined ? {} : { 'Content-Type': options.contentType },
      body: options.body,
      timeout: this.#settings.requestTimeout,
      signal: options.signal,
      pages: method === 'GET',
    });
  }

  async #current(signal?: AbortSignal): Promise<Ticket> {
    if (this.#ticket !== undefined && this.#clock.now() < this.#ticket.refreshAt) return this.#ticket;
    return this.#renew(signal);
  }

  /** However many calls find the session stale, one login is sent. */
  #renew(signal?: AbortSignal): Promise<Ticket> {
    this.#login ??= this.#requestTicket(signal)
      .then((ticket) => (this.#ticket = ticket))
      .finally(() => (this.#login = undefined));
    return this.#login;
  }

  async #requestTicket(signal?: AbortSignal): Promise<Ticket> {
    const key = this.#key;
    if (key === undefined) {
      throw new SwanLabError('not-logged-in', `nobody is logged in to ${this.#settings.apiHost}`, {
        hint: 'set SWANLAB_API_KEY, or log in once with client.login({ apiKey, save: true })',
      });
    }
    if (!/^[\x21-\x7e]+$/.test(key)) {
      // As a header it would be refused with an error that quotes it.
      throw new SwanLabError('invalid-key', 'an API key is one word of ASCII characters', {
        hint: `copy it again from ${this.#settings.webHost}/settings`,
      });
    }
    const answer = await this.#patiently(
      () =>
        this.#wire.send({
          method: 'POST',
          url: `${this.#settings.apiHost}/api/login/api_key`,
          headers: { authorization: key },
          // Whoever names the web pages as the host is told so below, at once.
          pages: true,
          timeout: this.#settings.requestTimeout / 6,
          signal,
        }),
      signal,
    ).catch((error: unknown) => {
      if (!(error instanceof ApiError) || ![401, 403].includes(error.status)) throw error;
      throw new SwanLabError('bad-key', `${this.#settings.apiHost} does not know this API key`, {
        hint: `take a fresh one from ${this.#settings.webHost}/settings`,
        cause: error,
      });
    });
    return this.#readTicket(parseJson(answer.text));
  }

  #readTicket(data: unknown): Ticket {
    const reply = (data ?? {}) as {
      sid?: unknown;
      expiredAt?: unknown;
      userInfo?: { username?: unknown; name?: unknown };
    };
    if (typeof reply.sid !== 'string' || typeof reply.userInfo?.username !== 'string') {
      throw new SwanLabError(
        'invalid-answer',
        `${this.#settings.apiHost} did not answer the login as SwanLab does`,
        {
          hint: 'check the host; it must be the API, not the web pages',
        },
      );
    }
    this.#mask.hide(reply.sid);
    const now = this.#clock.now();
    const expiry = typeof reply.expiredAt === 'string' ? Date.parse(reply.expiredAt) : Number.NaN;
    return {
      sid: reply.sid,
      info: {
        username: reply.userInfo.username,
        name: typeof reply.userInfo.name === 'string' ? reply.userInfo.name : reply.userInfo.username,
        expiredAt: Number.isNaN(expiry) ? undefined : new Date(expiry),
      },
      refreshAt: refreshTime(now, expiry),
    };
  }

  async #patiently<Value>(attempt: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    for (const wait of sessionWaits) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ApiError) || !error.retryable || signal?.aborted) throw error;
        await this.#clock.sleep(error.retryAfter ?? wait, signal ? { signal } : {});
      }
    }
    return attempt();
  }
}

/**
 * Half the lifetime before the end at most, so that a server with short sessions is not asked before every single call. A
 * session that is over when it comes was issued by another clock than ours: then the server's 401 has to tell.
 */
function refreshTime(now: number, expiry: number): number {
  const lifetime = expiry - now;
  return lifetime > 0 ? expiry - Math.min(sevenDays, lifetime / 2) : Infinity;
}

/** The server was only ever sent Python's `True` and `False`. */
function queryText(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
