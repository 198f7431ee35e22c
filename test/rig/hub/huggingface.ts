import type { IncomingMessage } from 'node:http';

import { bytes, json, redirect, refusal, type Reply } from './answers.ts';
import type { Blob } from './content.ts';
import { commitOf, maySee, type Repository, type Shelf } from './repository.ts';
import type { RecordedRequest } from './requests.ts';

/** An answer and what it was for. */
export interface Routed {
  readonly route: RecordedRequest['route'];
  readonly path?: string | undefined;
  readonly reply: Reply;
}

const apiRoute = /^\/api\/(model|dataset)s\/([^/]+\/[^/]+)\/(revision|tree)\/([^/?]+)$/;
const infoRoute = /^\/api\/(model|dataset)s\/([^/]+\/[^/]+)$/;
const fileRoute = /^\/(datasets\/)?([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/;

/** How many entries one page of a listing holds, as on the real hub. */
const pageSize = 1000;

/** Answers as huggingface.co does. Large files lie on `cdn`. */
export function answerHuggingFace(
  shelf: Shelf,
  cdn: string,
  message: IncomingMessage,
  origin: string,
): Routed | undefined {
  const url = new URL(message.url ?? '/', origin);
  const { authorization } = message.headers;
  const info = infoRoute.exec(url.pathname);
  const api = apiRoute.exec(url.pathname) ?? (info && [...info, 'revision', 'main']);
  if (api) {
    const [, type = '', name = '', what = '', revision = ''] = api;
    const route = what === 'tree' ? 'listing' : 'revision';
    const found = locate(shelf, type, name, decodeURIComponent(revision), authorization);
    if ('reply' in found) return { route, reply: found.reply };
    return { route, reply: what === 'tree' ? treeOf(found, url) : infoOf(found) };
  }
  const file = fileRoute.exec(url.pathname);
  if (file) {
    const [, datasets, name = '', revision = '', rest = ''] = file;
    const path = decodeURIComponent(rest);
    const type = datasets === undefined ? 'model' : 'dataset';
    const found = locate(shelf, type, name, decodeURIComponent(revision), authorization);
    return { route: 'file', path, reply: 'reply' in found ? found.reply : fileOf(found, path, cdn, message) };
  }
  return undefined;
}

interface Located {
  readonly repository: Repository;
  readonly commit: string;
  readonly tree: ReadonlyMap<string, Blob>;
}

function locate(
  shelf: Shelf,
  type: string,
  name: string,
  revision: string,
  authorization: string | undefined,
): Located | { readonly reply: Reply } {
  const repository = shelf.find(type, name);
  const hidden = repository?.options.gated !== true && repository && !maySee(repository, authorization);
  // Whether it is missing or private is not told.
  if (repository === undefined || hidden) {
    return { reply: refusal(401, 'RepoNotFound', 'Repository not found') };
  }
  const commit = commitOf(repository, revision);
  const tree = commit === undefined ? undefined : repository.commits.get(commit);
  if (commit === undefined || tree === undefined) {
    return { reply: refusal(404, 'RevisionNotFound', `Invalid rev id: ${revision}`) };
  }
  return { repository, commit, tree };
}

function infoOf({ repository, commit, tree }: Located): Reply {
  return json({
    id: repository.name,
    sha: commit,
    gated: repository.options.gated === true ? 'manual' : false,
    siblings: [...tree.keys()].map((rfilename) => ({ rfilename })),
  });
}

function treeOf({ tree }: Located, url: URL): Reply {
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const entries = [...tree].slice(start, start + pageSize).map(([path, blob]) => ({
    type: 'file',
    path,
    size: blob.size,
    oid: blob.oid,
    ...(blob.large ? { lfs: { oid: blob.sha256, size: blob.size, pointerSize: 134 } } : {}),
  }));
  if (start + pageSize >= tree.size) return json(entries);
  const next = new URL(url);
  next.searchParams.set('cursor', String(start + pageSize));
  return json(entries, { link: `<${next.href}>; rel="next"` });
}

function fileOf(
  { repository, commit, tree }: Located,
  path: string,
  cdn: string,
  message: IncomingMessage,
): Reply {
  const { authorization, range } = message.headers;
  if (!maySee(repository, authorization)) {
    const status = authorization === undefined ? 401 : 403;
    return refusal(status, 'GatedRepo', `Access to model ${repository.name} is restricted`);
  }
  const blob = tree.get(path);
  if (blob === undefined) return refusal(404, 'EntryNotFound', 'Entry not found');
  const identity = { 'x-repo-commit': commit };
  if (!blob.large) return bytes(blob, range, { ...identity, etag: `"${blob.oid}"` });
  return redirect(`${cdn}/${blob.sha256}?signature=of-this-request`, {
    ...identity,
    'x-linked-etag': `"${blob.sha256}"`,
    'x-linked-size': String(blob.size),
  });
}
