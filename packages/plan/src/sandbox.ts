import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { createContext, Script, type Context } from 'node:vm';
import { PipelineError } from '@temper/pipeline';

/** What a pipeline file read of its surroundings while it was evaluated: part of the remembered plan. */
export interface Reads {
  /** Absolute paths that were read or looked for. */
  readonly files: ReadonlySet<string>;
  /** Environment variables with the value that was seen; undefined where there was none. */
  readonly environment: ReadonlyMap<string, string | undefined>;
}

/** A place where a pipeline file can be evaluated and can neither change nor depend on anything unseen. */
export interface Sandbox {
  readonly context: Context;
  readonly reads: Reads;
}

const pure = new Set([
  'assert',
  'buffer',
  'events',
  'path',
  'path/posix',
  'path/win32',
  'querystring',
  'stream',
  'stream/promises',
  'string_decoder',
  'url',
  'util',
  'zlib',
]);
const refusals: Readonly<Record<string, string>> = {
  child_process: 'starts a process',
  cluster: 'starts a process',
  worker_threads: 'starts a thread',
  http: 'uses the network',
  https: 'uses the network',
  http2: 'uses the network',
  net: 'uses the network',
  tls: 'uses the network',
  dgram: 'uses the network',
  dns: 'uses the network',
  timers: 'waits for the clock',
  'timers/promises': 'waits for the clock',
  perf_hooks: 'reads the clock',
  os: 'reads the machine',
  fs: 'writes to the file system or reads it unseen',
  'fs/promises': 'uses the file system asynchronously',
  readline: 'reads from the terminal',
};

/** Creates the context; `environment` is what `process.env` shows. */
export function createSandbox(workspace: string, environment: NodeJS.ProcessEnv): Sandbox {
  const files = new Set<string>();
  const seen = new Map<string, string | undefined>();
  const require = createRequire(import.meta.url);

  const recorded = (path: unknown): string => {
    const absolute = resolve(workspace, path instanceof URL ? path.pathname : String(path));
    files.add(absolute);
    return absolute;
  };
  const readable: Readonly<Record<string, unknown>> = {
    readFileSync: (path: unknown, options?: BufferEncoding) => readFileSync(recorded(path), options),
    existsSync: (path: unknown) => existsSync(recorded(path)),
    statSync: (path: unknown) => statSync(recorded(path)),
    lstatSync: (path: unknown) => lstatSync(recorded(path)),
    readdirSync: (path: unknown) => readdirSync(recorded(path)),
  };

  const requireModule = (specifier: string): unknown => {
    const name = specifier.replace(/^node:/, '');
    if (pure.has(name)) return require(`node:${name}`);
    if (!isBuiltin(specifier)) throw refusal(`requires \`${specifier}\` at run time`);
    const reason = refusals[name] ?? `uses \`node:${name}\``;
    if (name === 'crypto')
      return refusing(require('node:crypto') as object, 'draws randomness', [
        'createHash',
        'createHmac',
        'hash',
        'timingSafeEqual',
      ]);
    if (name === 'fs') return refusing(readable, reason, Object.keys(readable));
    return refusing({}, reason, []);
  };

  const process = {
    env: new Proxy(
      {},
      {
        get(_, name) {
          if (typeof name !== 'string') return undefined;
          seen.set(name, environment[name]);
          return environment[name];
        },
        has(_, name) {
          if (typeof name === 'string') seen.set(name, environment[name]);
          return typeof name === 'string' && environment[name] !== undefined;
        },
        ownKeys() {
          throw refusal('lists the environment; name the variable that it needs');
        },
      },
    ),
    cwd: () => workspace,
  };

  const context = createContext({
    require: requireModule,
    process,
    console: { log: toStderr, info: toStderr, warn: toStderr, error: toStderr, debug: toStderr },
    Buffer,
    URL,
    URLSearchParams,
    TextEncoder,
    TextDecoder,
    structuredClone,
    refuse: (what: string) => {
      throw refusal(what);
    },
  });
  prelude.runInContext(context);
  return { context, reads: { files, environment: seen } };
}

function toStderr(...values: readonly unknown[]): void {
  console.error(...values);
}

/** A module whose listed members work and whose others refuse when they are called, not when they are imported. */
function refusing(module: object, reason: string, allowed: readonly string[]): object {
  const handler: ProxyHandler<object> = {
    get(target, name) {
      if (name === '__esModule') return false;
      if (typeof name === 'string' && allowed.includes(name))
        return (target as Record<string, unknown>)[name];
      return typeof name === 'symbol' ? undefined : refusingMember(reason);
    },
  };
  return new Proxy(module, handler);
}

function refusingMember(reason: string): unknown {
  // A function of the old kind, since some of these are called with `new`.
  const refuse = function (): never {
    throw refusal(reason);
  };
  return new Proxy(refuse, {
    get: (_, name) => (typeof name === 'symbol' || name === 'prototype' ? undefined : refusingMember(reason)),
  });
}

function refusal(what: string): PipelineError {
  return new PipelineError('impure-pipeline', `a pipeline file must be pure, but this one ${what}`, {
    hint: 'do it in a stage, or pass the value as a param or an environment variable',
  });
}

/** Runs inside the context: its own `Date` and `Math` are replaced, since a context brings fresh ones. */
const prelude = new Script(
  `(() => {
  'use strict';
  const refuse = globalThis.refuse;
  delete globalThis.refuse;
  const RealDate = Date;
  const clock = () => refuse('reads the clock');
  globalThis.Date = new Proxy(RealDate, {
    construct(target, given, newTarget) { return given.length === 0 ? clock() : Reflect.construct(target, given, newTarget); },
    apply() { return clock(); },
    get(target, name) { return name === 'now' ? clock : Reflect.get(target, name); },
  });
  Math.random = () => refuse('draws randomness');
  globalThis.performance = { now: clock };
  globalThis.crypto = { getRandomValues: () => refuse('draws randomness'), randomUUID: () => refuse('draws randomness') };
  globalThis.fetch = () => refuse('uses the network');
  for (const name of ['setTimeout', 'setInterval', 'setImmediate']) globalThis[name] = () => refuse('waits for the clock');
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) globalThis[name] = () => undefined;
})()`,
  { filename: 'temper-prelude.js' },
);
