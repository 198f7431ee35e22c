import { isOffline } from '../environment.ts';
import { HubError } from '../error.ts';
import { openSession, type Session, type SessionOptions } from '../http/session.ts';
import type { Hub, HubFile } from '../hubs/hub.ts';
import { createHuggingFace } from '../hubs/huggingface.ts';
import { createModelScope } from '../hubs/modelscope.ts';
import { type Cache, openCache } from '../local/cache.ts';
import { describeSource, type NamedSource, type Revision } from '../source.ts';

/** Who says what a repository holds: the hub, or what it has left in the cache. */
export interface Listing {
  readonly session: Session;
  readonly hub: Hub;
  readonly cache: Cache | undefined;
  resolve(): Promise<Revision>;
  list(revision: Revision, pinned?: Readonly<Record<string, string>>): Promise<HubFile[]>;
}

/** Opens a hub, or its cache where the environment says that there is no network. */
export async function withListing<Result>(
  source: NamedSource,
  options: SessionOptions & { readonly useCache?: boolean | undefined },
  use: (listing: Listing) => Promise<Result>,
): Promise<Result> {
  const { environment } = options;
  const session = await openSession(source.hub, options);
  const hub = source.hub === 'modelscope' ? createModelScope(session) : createHuggingFace(session);
  const cache = source.hub === 'huggingface' ? openCache(source, environment) : undefined;
  const usedCache = options.useCache === false ? undefined : cache;
  try {
    if (!isOffline(environment)) {
      return await use({
        session,
        hub,
        cache: usedCache,
        resolve: () => hub.resolve(source),
        list: (revision, pinned) => hub.list(revision, pinned),
      });
    }
    if (usedCache === undefined) throw offline(source, []);
    return await use({
      session,
      hub,
      cache: usedCache,
      resolve: usedCache.resolve,
      list: usedCache.list,
    });
  } finally {
    session.close();
  }
}

/** The environment says that there is no network, and something is needed from there. */
export function offline(source: NamedSource, missing: readonly HubFile[]): HubError {
  const [first] = missing;
  const what =
    first === undefined
      ? ''
      : missing.length === 1
        ? `, and ${first.path} is missing from the cache or damaged there`
        : `, and ${missing.length} of its files are missing from the cache or damaged there, such as ${first.path}`;
  return new HubError({
    reason: 'offline',
    message: `HF_HUB_OFFLINE forbids to ask a hub for the ${describeSource(source)}${what}`,
    hint: 'unset HF_HUB_OFFLINE to download it',
  });
}
