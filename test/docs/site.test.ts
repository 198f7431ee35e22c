/** The site of the documentation, built as `npm run docs:build` does it. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sources from '../../docs/source/[path].paths.ts';
import { inRepository } from './pages.ts';

const minutes = 60_000;
const execute = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-docs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The target of Nx behind `npm run docs:build`. */
const target = (
  JSON.parse(readFileSync(inRepository('docs/project.json'), 'utf8')) as {
    readonly targets: {
      readonly build: {
        readonly command: string;
        readonly inputs: readonly string[];
        readonly outputs: readonly string[];
      };
    };
  }
).targets.build;

/** Builds the site of a workspace into a folder. */
async function build(
  workspace: string,
  out: string,
): Promise<{ readonly code: unknown; readonly text: string }> {
  const [command = '', ...asked] = target.command.split(' ');
  const words = [inRepository('node_modules', command, 'bin', `${command}.js`), ...asked, '--outDir', out];
  // As a user starts it: Vitest's own NODE_ENV would make Vue's development build.
  const plain = { NO_COLOR: '1', FORCE_COLOR: undefined };
  const env = { ...process.env, ...plain, NODE_ENV: 'production', VITEST: undefined };
  try {
    const { stdout, stderr } = await execute(process.execPath, words, { cwd: workspace, env });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { code, text: `${stdout ?? ''}${stderr ?? ''}` };
  }
}

function filesIn(path: string, ending: RegExp): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => ending.test(name));
}

describe('the site', () => {
  it('is built anew by Nx when a file that it shows is another', () => {
    const shown = sources.paths().map(({ params }) => params.path);
    const inputs = target.inputs.map(
      (glob) =>
        new RegExp(
          `^${glob
            .replace('{projectRoot}', 'docs')
            .replace('{workspaceRoot}/', '')
            .replaceAll('.', '\\.')
            .replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(.*/)?'))}$`,
        ),
    );
    const counts = (path: string): boolean => inputs.some((glob) => glob.test(path));
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((path) => !counts(path) && !counts(`${path}.md`))).toEqual([]);
    expect(counts('packages/run/src/run.ts')).toBe(false);
    expect(target.outputs).toEqual(['{workspaceRoot}/dist/docs']);
  });

  it(
    'has every page in both languages, and asks no other server for anything',
    async () => {
      const out = join(folder, 'built');
      expect(await build(inRepository(), out)).toMatchObject({ code: 0 });

      const pages = filesIn(inRepository('docs'), /^(?!source\/).*\.md$/);
      const missing = pages.filter((page) => !existsSync(join(out, page.replace(/\.md$/, '.html'))));
      expect(pages.length).toBeGreaterThan(20);
      expect(missing).toEqual([]);
      expect(existsSync(join(out, 'source/pipelines/alpaca-glm4.ts.html'))).toBe(true);

      const asking = filesIn(out, /\.(html|css)$/).flatMap((name) => {
        const text = readFileSync(join(out, name), 'utf8');
        const found = text.match(
          /<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?\/\/[^"]*"|url\(["']?(?:https?:)?\/\/[^)]*\)/g,
        );
        return (found ?? []).map((request) => `${name}: ${request}`);
      });
      expect(asking).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'is not built when a link leads nowhere, and the page with the link is named',
    async () => {
      const workspace = join(folder, 'workspace');
      await mkdir(join(workspace, 'docs'), { recursive: true });
      await symlink(inRepository('node_modules'), join(workspace, 'node_modules'));
      for (const part of ['.vitepress', 'make'])
        await cp(inRepository('docs', part), join(workspace, 'docs', part), { recursive: true });
      await writeFile(join(workspace, 'package.json'), '{"type":"module"}');
      await writeFile(join(workspace, 'docs/index.md'), '# Home\n\n[a page](tutorial/nowhere.md)\n');
      const planted = await build(workspace, join(folder, 'planted'));
      expect(planted.code).toBe(1);
      expect(planted.text).toContain('Found dead link /tutorial/nowhere in file index.md');
    },
    5 * minutes,
  );
});
