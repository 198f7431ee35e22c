import { HubError } from '../error.ts';
import { askJson, unexpected } from '../http/answer.ts';
import { persist } from '../http/patience.ts';
import type { Session } from '../http/session.ts';
import { property } from '../json/property.ts';
import { describeSource, type NamedSource, type Revision } from '../source.ts';
import type { Hub, HubFile, Question, Refusal } from './hub.ts';
import {
  asksForToken,
  gated,
  login,
  noRepository,
  noRevision,
  noFile,
  refused,
  refusedToken,
} from './refusals.ts';

const commitShape = /^[\da-f]{40}$/;

/** Hugging Face and its mirrors, by the API described at https://huggingface.co/docs/hub/api. */
export function createHuggingFace(session: Session): Hub {
  const base = session.endpoint.href.replace(/\/+$/, '');

  const hub: Hub = {
    name: 'huggingface',

    async resolve(source) {
      if (commitShape.test(source.revision)) return { ...source, commit: source.revision };
      const address = new URL(`${api(base, source)}/revision/${encodeURIComponent(source.revision)}`);
      const { value } = await persist(session, () => askJson(session, hub, address, { source }));
      const commit = property(value, 'sha');
      if (typeof commit !== 'string' || !commitShape.test(commit)) {
        throw unexpected(`${session.endpoint.host} names no commit for revision "${source.revision}"`);
      }
      return { ...source, commit };
    },

    async list(revision) {
      const files: HubFile[] = [];
      const tree = `${api(base, revision)}/tree/${revision.commit}?recursive=true&expand=false`;
      for (let page: URL | undefined = new URL(tree); page !== undefined;) {
        const address: URL = page;
        const { value, headers } = await persist(session, () =>
          askJson(session, hub, address, { source: revision }),
        );
        if (!Array.isArray(value)) throw unexpected(`${session.endpoint.host} answers with no list of files`);
        for (const entry of value as unknown[]) {
          if (property(entry, 'type') !== 'directory') files.push(fileOf(entry, revision));
        }
        page = nextPage(headers.link, address);
      }
      return files;
    },

    address: (revision, path) =>
      new URL(`${base}/${place(revision)}/resolve/${revision.commit}/${encodePath(path)}`),

    credentials: (token) => ({ authorization: `Bearer ${token}` }),

    explain,
  };
  return hub;
}

function api(base: string, source: NamedSource): string {
  return `${base}/api/${source.type}s/${source.repo}`;
}

function place(source: NamedSource): string {
  return source.type === 'dataset' ? `datasets/${source.repo}` : source.repo;
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** A large file is known by its LFS object, whose name is a SHA-256; the `oid` beside it is that of its pointer. */
function fileOf(entry: unknown, revision: Revision): HubFile {
  const path = property(entry, 'path');
  const lfs = property(entry, 'lfs');
  const size = property(lfs, 'size') ?? property(entry, 'size');
  const value = property(lfs, 'oid') ?? property(entry, 'oid');
  if (typeof path !== 'string' || typeof size !== 'number' || typeof value !== 'string') {
    throw unexpected(`The listing of ${describeSource(revision)} has an entry without path, size or digest`);
  }
  const algorithm = lfs === undefined || lfs === null ? 'git-blob-sha1' : 'sha256';
  const digits = algorithm === 'sha256' ? 64 : 40;
  if (!new RegExp(`^[\\da-f]{${digits}}$`).test(value)) {
    throw new HubError({
      reason: 'no-digest',
      message: `The listing of ${describeSource(revision)} gives no usable digest for ${path}, so it could not be verified`,
      hint: 'use the hub itself instead of the mirror',
    });
  }
  return { path, size, digest: { algorithm, value } };
}

/** Listings come in pages; the Link header leads to the next one. */
function nextPage(link: string | string[] | undefined, from: URL): URL | undefined {
  const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(String(link ?? ''))?.[1];
  return next === undefined ? undefined : new URL(next, from);
}

function explain(refusal: Refusal, question: Question): HubError {
  const code = String(refusal.headers['x-error-code'] ?? '');
  const { status } = refusal;
  if (code === 'GatedRepo') return gated(question, `https://huggingface.co/${place(question.source)}`);
  if (code === 'RevisionNotFound') return noRevision(question);
  if (code === 'EntryNotFound') return noFile(question);
  if (code === 'DisabledRepo') return refused(question, status, 'the hub has disabled it');
  if (code === 'RepoNotFound') return noRepository(question, login.huggingface);
  // The hub answers 401 for a repository that is not there too, so as not to tell which private ones exist.
  if (status === 401) return (question.withToken ? refusedToken : asksForToken)(question, login.huggingface);
  if (status === 404) {
    return question.path === undefined ? noRepository(question, login.huggingface) : noFile(question);
  }
  return refused(question, status, String(refusal.headers['x-error-message'] ?? '').slice(0, 300));
}
