import { createHash } from 'node:crypto';

import { HubError } from '../error.ts';
import { askJson, unexpected } from '../http/answer.ts';
import { persist } from '../http/patience.ts';
import type { Session } from '../http/session.ts';
import { property, textProperty } from '../json/property.ts';
import { describeSource, type NamedSource, type Revision } from '../source.ts';
import type { Hub, HubFile, Question, Refusal } from './hub.ts';
import { asksForToken, login, noFile, noRepository, noRevision, refused, refusedToken } from './refusals.ts';

/** The server ends a listing of models at this many entries without a word. */
const listingLimit = 3000;
const pageSize = 200;

interface Entry {
  readonly path: string;
  readonly folder: boolean;
  readonly size: number;
  readonly sha256: string;
}

/** ModelScope, as its own client asks it (modelscope-hub 0.5.1). */
export function createModelScope(session: Session): Hub {
  const base = session.endpoint.href.replace(/\/+$/, '');
  const api = (source: NamedSource) => `${base}/api/v1/${source.type}s/${source.repo}`;

  const get = async (source: NamedSource, path: string, query: Record<string, string>) => {
    const address = new URL(`${api(source)}/${path}?${new URLSearchParams(query).toString()}`);
    const { value } = await persist(session, () => askJson(session, hub, address, { source }));
    if (property(value, 'Success') === false) {
      throw refused({ source, withToken: false }, 200, textProperty(value, 'Message') ?? 'it failed');
    }
    return property(value, 'Data');
  };

  /** One listing, of the whole repository or of one folder. */
  const entries = async (source: NamedSource, recursive: boolean, root: string): Promise<Entry[]> => {
    const query = {
      Revision: source.revision,
      Recursive: recursive ? 'True' : 'False',
      ...(root === '' ? {} : { Root: root }),
    };
    if (source.type === 'model') return entriesOf(await get(source, 'repo/files', query), source);
    const all: Entry[] = [];
    for (let page = 1; ; page += 1) {
      const paging = { PageNumber: String(page), PageSize: String(pageSize) };
      const some = entriesOf(await get(source, 'repo/tree', { ...query, ...paging }), source);
      all.push(...some);
      if (some.length < pageSize) return all;
    }
  };

  /** A listing at the limit may have lost its end, so its folders are listed one by one. */
  const walk = async (source: NamedSource, root: string): Promise<Entry[]> => {
    const whole = await entries(source, true, root);
    if (source.type === 'dataset' || whole.length < listingLimit) return whole;
    const level = await entries(source, false, root);
    if (level.length >= listingLimit) throw incomplete(source, root);
    const found = level.filter((entry) => !entry.folder);
    for (const folder of level.filter((entry) => entry.folder)) {
      found.push(...(await walk(source, folder.path)));
    }
    return found;
  };

  const listing = async (source: NamedSource): Promise<HubFile[]> => {
    try {
      const found = await walk(source, '');
      return found.filter((entry) => !entry.folder).map((entry) => fileOf(entry, source));
    } catch (error) {
      throw await sharper(error, source);
    }
  };

  /** The hub answers a missing revision as it answers a missing repository; its list of revisions tells. */
  const sharper = async (error: unknown, source: NamedSource): Promise<unknown> => {
    if (!(error instanceof HubError) || error.reason !== 'repository-not-found') return error;
    const map = property(await get(source, 'revisions', {}).catch(() => undefined), 'RevisionMap');
    const known = [property(map, 'Branches'), property(map, 'Tags')].flat();
    const names = known.map((one) => property(one, 'Revision')).filter((name) => typeof name === 'string');
    if (names.length === 0 || names.includes(source.revision)) return error;
    return noRevision({ source, withToken: false }, names);
  };

  const hub: Hub = {
    name: 'modelscope',

    resolve: async (source) => ({
      ...source,
      commit: digestOf(await listing(source)),
    }),

    async list(revision, pinned = {}) {
      const files = await listing(revision);
      if (digestOf(files) === revision.commit) return files;
      // What else has come to the branch since is none of a download's business, as long as its own files stand.
      const standing = files.filter(({ path, digest }) => pinned[path] === digest.value);
      const gone = Object.keys(pinned).find((path) => standing.every((file) => file.path !== path));
      if (standing.length === 0 || gone !== undefined) throw moved(revision, gone);
      return standing;
    },

    address: (revision, path) => {
      const query = new URLSearchParams({
        Revision: revision.revision,
        FilePath: path,
      });
      return new URL(`${api(revision)}/repo?${query.toString()}`);
    },

    credentials: (token) => ({
      authorization: `Bearer ${token}`,
      cookie: `m_session_id=${token}`,
    }),

    explain,
  };
  return hub;
}

function entriesOf(data: unknown, source: NamedSource): Entry[] {
  const files = Array.isArray(data) ? data : property(data, 'Files');
  // A folder without files comes as null.
  if (files === null) return [];
  if (!Array.isArray(files)) throw unexpected(`The hub lists no files for the ${describeSource(source)}`);
  return files.map((entry: unknown) => ({
    path: textProperty(entry, 'Path') ?? '',
    folder: property(entry, 'Type') === 'tree',
    size: Number(property(entry, 'Size') ?? NaN),
    sha256: (textProperty(entry, 'Sha256') ?? '').toLowerCase(),
  }));
}

function fileOf({ path, size, sha256 }: Entry, source: NamedSource): HubFile {
  if (/^[\da-f]{64}$/.test(sha256) && path !== '' && Number.isSafeInteger(size) && size >= 0) {
    return { path, size, digest: { algorithm: 'sha256', value: sha256 } };
  }
  throw new HubError({
    reason: 'no-digest',
    message: `The listing of the ${describeSource(source)} gives no SHA-256 or size for "${path}", so it could not be verified`,
    hint: 'exclude the file, or take the repository from Hugging Face',
  });
}

/** What stands in for a commit: it changes whenever a path, a size or a content does. */
function digestOf(files: readonly HubFile[]): string {
  const lines = files.map(({ path, size, digest }) => JSON.stringify([path, size, digest.value])).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function moved(revision: Revision, gone: string | undefined): HubError {
  const what =
    gone === undefined ? `the files of "${revision.revision}" have` : `${gone} of "${revision.revision}" has`;
  return new HubError({
    reason: 'changed',
    message: `The ${describeSource(revision)} is no longer what was pinned: ${what} changed`,
    hint: 'pin it anew, or name a tag that stays',
  });
}

function incomplete(source: NamedSource, root: string): HubError {
  return new HubError({
    reason: 'listing-incomplete',
    message: `The folder "${root || '/'}" of the ${describeSource(source)} has ${listingLimit} entries or more, and the hub lists no more than that`,
    hint: 'take the repository from Hugging Face',
  });
}

function explain(refusal: Refusal, question: Question): HubError {
  if (refusal.status === 401) {
    return (question.withToken ? refusedToken : asksForToken)(question, login.modelscope);
  }
  if (refusal.status === 404) {
    return question.path === undefined ? noRepository(question, login.modelscope) : noFile(question);
  }
  return refused(
    question,
    refusal.status,
    (textProperty(parsed(refusal.text), 'Message') ?? '').slice(0, 300),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
