import type { IncomingMessage } from 'node:http';

import { bytes, json, type Reply } from './answers.ts';
import type { Blob } from './content.ts';
import type { Routed } from './huggingface.ts';
import { maySee, type Repository, type Shelf } from './repository.ts';

const route = /^\/api\/v1\/(model|dataset)s\/([^/]+\/[^/]+)\/(revisions|repo|repo\/files|repo\/tree)$/;

/** A listing of a model ends here without a word, as on the real hub. */
const listingLimit = 3000;

/** Answers as modelscope.cn does. */
export function answerModelScope(shelf: Shelf, message: IncomingMessage, origin: string): Routed | undefined {
  const url = new URL(message.url ?? '/', origin);
  const found = route.exec(url.pathname);
  if (found === null) return undefined;
  const [, type = '', name = '', what = ''] = found;
  const path = url.searchParams.get('FilePath') ?? undefined;
  const kind = what === 'repo' ? 'file' : what === 'revisions' ? 'revision' : 'listing';
  const repository = shelf.find(type, name);
  if (repository === undefined) return { route: kind, path, reply: failure(404, 10010205001, 'not found') };
  if (!maySee(repository, message.headers.authorization)) {
    return { route: kind, path, reply: failure(403, 10010205003, 'no permission') };
  }
  if (what === 'revisions') return { route: kind, reply: revisionsOf(repository) };
  const revision = url.searchParams.get('Revision') ?? 'master';
  const commit = repository.branches.get(revision === 'master' ? 'main' : revision);
  const tree = commit === undefined ? undefined : repository.commits.get(commit);
  if (tree === undefined) return { route: kind, path, reply: failure(404, 10010205001, 'not found') };
  if (what !== 'repo') return { route: kind, reply: listingOf(tree, url) };
  const blob = tree.get(path ?? '');
  if (blob === undefined) return { route: kind, path, reply: failure(404, 10010205002, 'file not found') };
  return { route: kind, path, reply: bytes(blob, message.headers.range, { etag: `"${blob.sha256}"` }) };
}

function failure(status: number, code: number, message: string): Reply {
  return json({ Code: code, Success: false, Message: message }, {}, status);
}

function success(data: unknown): Reply {
  return json({ Code: 200, Success: true, Data: data });
}

function revisionsOf(repository: Repository): Reply {
  const names = [...repository.branches.keys()].map((name) => (name === 'main' ? 'master' : name));
  return success({
    RevisionMap: { Branches: names.map((name) => ({ Revision: name, CreatedAt: 0 })), Tags: [] },
  });
}

interface Listed {
  readonly Path: string;
  readonly Type: 'blob' | 'tree';
}

function listingOf(tree: ReadonlyMap<string, Blob>, url: URL): Reply {
  const root = url.searchParams.get('Root') ?? '';
  const under = root === '' || root === '/' ? '' : `${root}/`;
  const recursive = url.searchParams.get('Recursive') === 'True';
  const entries = new Map<string, Listed>();
  for (const [path, blob] of tree) {
    if (!path.startsWith(under)) continue;
    const parts = path.slice(under.length).split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = under + parts.slice(0, depth).join('/');
      if (depth === 1 || recursive) entries.set(folder, { Path: folder, Type: 'tree' });
    }
    if (parts.length === 1 || recursive) entries.set(path, fileEntry(path, blob));
  }
  const all = [...entries.values()];
  const size = Number(url.searchParams.get('PageSize') ?? listingLimit);
  const page = Number(url.searchParams.get('PageNumber') ?? 1);
  return success({ Files: all.slice((page - 1) * size, page * size) });
}

function fileEntry(path: string, blob: Blob): Listed & Record<string, unknown> {
  return {
    Path: path,
    Name: path.split('/').at(-1),
    Type: 'blob',
    Size: blob.size,
    Sha256: blob.sha256,
    Revision: blob.oid,
    IsLFS: blob.large,
  };
}
