import type { Session } from '../session.ts';
import { listOf, objectOf, splitPath, textOf } from './paths.ts';
import type { RunInfo } from './run-info.ts';
import { readInfo } from './run-info.ts';
import { RunReader } from './run-reader.ts';

export interface Workspace {
  readonly username: string;
  readonly name: string;
  readonly type: string;
  readonly role: string;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  /** `workspace/project` */
  readonly path: string;
  readonly url: string;
  readonly visibility: string;
  readonly description: string;
  readonly experiments: number;
}

/** A condition on runs: on a property (`STABLE`), on a config key, or on the last value of a scalar. */
export interface RunFilter {
  readonly key: string;
  readonly type: 'STABLE' | 'CONFIG' | 'SCALAR';
  readonly op: 'EQ' | 'NEQ' | 'GTE' | 'LTE' | 'IN' | 'NOT IN' | 'CONTAIN';
  readonly value: readonly (string | number)[];
}

export interface RunSort {
  readonly key: string;
  readonly type: 'STABLE' | 'CONFIG' | 'SCALAR';
  readonly order: 'ASC' | 'DESC';
}

const pageSize = 100;

/** Reads workspaces, projects and runs. Methods throw SwanLabError and ApiError; a list is never null. */
export class ReadApi {
  readonly #session: Session;
  readonly #webHost: string;

  constructor(session: Session, webHost: string) {
    this.#session = session;
    this.#webHost = webHost;
  }

  async workspace(username?: string): Promise<Workspace> {
    const name = username ?? (await this.#session.whoami()).username;
    return readWorkspace(objectOf((await this.#session.get(`/group/${name}`)).data));
  }

  /** The workspaces of a user. */
  async workspaces(username?: string): Promise<readonly Workspace[]> {
    const name = username ?? (await this.#session.whoami()).username;
    return listOf((await this.#session.get(`/user/${name}/groups`)).data).map(readWorkspace);
  }

  /** All projects of a workspace, page by page. */
  async projects(
    workspace?: string,
    options: { search?: string; sort?: string } = {},
  ): Promise<readonly Project[]> {
    const name = workspace ?? (await this.#session.whoami()).username;
    const pages = await this.#pages(`/project/${name}`, { detail: true, ...options });
    return pages.map((data) => this.#readProject(data));
  }

  async project(path: string): Promise<Project> {
    const [workspace, name] = splitPath(path, 2, 'workspace/project');
    return this.#readProject(objectOf((await this.#session.get(`/project/${workspace}/${name}`)).data));
  }

  async createProject(
    name: string,
    options: { workspace?: string; public?: boolean; description?: string } = {},
  ): Promise<void> {
    const username = options.workspace ?? (await this.#session.whoami()).username;
    const visibility = options.public === true ? 'PUBLIC' : 'PRIVATE';
    const { description } = options;
    await this.#session.post('/project', { name, visibility, username, ...(description && { description }) });
  }

  async deleteProject(path: string): Promise<void> {
    const [workspace, name] = splitPath(path, 2, 'workspace/project');
    await this.#session.call('DELETE', `/project/${workspace}/${name}`);
  }

  /** The runs of a project: all, or those that fit. */
  async runs(
    path: string,
    query: { filters?: readonly RunFilter[]; sorts?: readonly RunSort[] } = {},
  ): Promise<readonly RunInfo[]> {
    const [workspace, name] = splitPath(path, 2, 'workspace/project');
    const base = `/project/${workspace}/${name}/runs`;
    if (query.filters === undefined && query.sorts === undefined)
      return (await this.#pages(base, {})).map(readInfo);
    const active = <Item>(items: readonly Item[] = []) => items.map((item) => ({ ...item, active: true }));
    const body = { filters: active(query.filters), groups: [], sorts: active(query.sorts) };
    return flatten((await this.#session.post(`${base}/shows`, body)).data).map(readInfo);
  }

  /** A run by its id or slug: `workspace/project/run`. */
  async run(path: string): Promise<RunReader> {
    const [workspace, name, run] = splitPath(path, 3, 'workspace/project/run') as [string, string, string];
    const projectPath = `${workspace}/${name}`;
    const [found, project] = await Promise.all([
      this.#session.get(`/project/${projectPath}/runs/${run}`),
      this.#session.get(`/project/${projectPath}`),
    ]);
    const url = `${this.#webHost}/@${projectPath}/runs/${run}`;
    const projectId = textOf(objectOf(project.data)['cuid']);
    return new RunReader({ session: this.#session, projectPath, projectId, url, data: found.data });
  }

  async deleteRun(path: string): Promise<void> {
    await (await this.run(path)).delete();
  }

  /** Runs by the server's ids. */
  async deleteRuns(path: string, ids: readonly string[]): Promise<void> {
    const [workspace, name] = splitPath(path, 2, 'workspace/project');
    await this.#session.post(`/project/${workspace}/${name}/runs/del`, { cuids: ids });
  }

  async userProfile(): Promise<Readonly<Record<string, unknown>>> {
    return objectOf((await this.#session.get('/user/profile')).data);
  }

  /** About the licence of a self-hosted server; an ApiError with 404 on the public one. */
  async selfHosted(): Promise<Readonly<Record<string, unknown>>> {
    return objectOf((await this.#session.get('/self_hosted/info')).data);
  }

  async #pages(path: string, query: Record<string, string | boolean>): Promise<Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    for (let page = 1; ; page += 1) {
      const data = objectOf((await this.#session.get(path, { page, size: pageSize, ...query })).data);
      const list = listOf(data['list']);
      found.push(...list);
      if (list.length === 0 || page >= Number(data['pages'] ?? 1)) return found;
    }
  }

  #readProject(data: Record<string, unknown>): Project {
    const text = (name: string) => textOf(data[name]);
    // Servers give it with and without a slash and an @.
    const path = text('path').replace(/^\//, '').replace(/^@/, '');
    return {
      id: text('cuid'),
      name: text('name'),
      path,
      url: `${this.#webHost}/@${path}`,
      visibility: text('visibility'),
      description: text('description'),
      experiments: Number(objectOf(data['_count'])['experiments'] ?? 0),
    };
  }
}

function readWorkspace(data: Record<string, unknown>): Workspace {
  const text = (name: string) => textOf(data[name]);
  return { username: text('username'), name: text('name'), type: text('type'), role: text('role') };
}

/** Grouped runs come as objects in objects; what is wanted is the runs. */
function flatten(data: unknown): Record<string, unknown>[] {
  if (Array.isArray(data)) return listOf(data);
  return Object.values(objectOf(data)).flatMap(flatten);
}
