import { describe, expect, it } from 'vitest';
import { createCompiler, messages } from '../types/check.ts';
import { allPages, blocksOf, inRepository, readPage } from './pages.ts';

/** Where a block of code lies in a workspace: its first line says so, as in `// stages/split/run.ts`. */
interface Program {
  readonly page: string;
  readonly path: string;
  readonly code: string;
}

/** Pages of stages and packages show a line or two; these show programs. */
const programs = allPages()
  .filter(({ path }) => /^(README|docs\/)/.test(path))
  .flatMap((page) =>
    blocksOf(page)
      .filter(({ language }) => language === 'ts')
      .map(({ code }): Program => {
        const path = /^\/\/ (\S+\.ts)$/m.exec(code.split('\n')[0] ?? '')?.[1];
        return { page: page.path, path: path ?? `pipelines/${page.path.replaceAll('/', '-')}.ts`, code };
      }),
  );

describe('TypeScript in the documentation', () => {
  it('is found', () => {
    expect(programs.length).toBeGreaterThan(8);
  });

  it('compiles', () => {
    const project = createCompiler();
    const found = programs.map(({ page, path, code }) => ({
      page,
      file: project.createSourceFile(inRepository(path), code, { overwrite: true }),
    }));
    const problems = found.flatMap(({ page, file }) =>
      messages(file).map(
        ({ at, text }) => `${page}: ${file.getText().slice(at).split('\n')[0] ?? ''}: ${text}`,
      ),
    );
    expect(problems).toEqual([]);
  });

  it('is the same where two pages show the same file', () => {
    const seen = new Map<string, Program>();
    for (const program of programs.filter(({ code }) => code.startsWith('// '))) {
      const earlier = seen.get(program.path) ?? program;
      expect(program.code, `${program.path} in ${program.page} and ${earlier.page}`).toBe(earlier.code);
      seen.set(program.path, earlier);
    }
  });

  it.each(['README.md', 'docs/index.md'])('shows in %s the pipeline that there is', (path) => {
    const [block] = blocksOf(readPage(path)).filter(({ language }) => language === 'ts');
    expect(block?.code).toBe(readPage('pipelines/alpaca-glm4.ts').text);
  });
});
