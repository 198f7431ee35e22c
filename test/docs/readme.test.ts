import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksOf, headingsOf, inRepository, readPage } from './pages.ts';

const english = readPage('README.md');
const chinese = readPage('README.zh-CN.md');

describe('the two READMEs', () => {
  it('have the same headings, level by level', () => {
    const levels = headingsOf(english).map(({ level }) => level);
    expect(levels.length).toBeGreaterThan(8);
    expect(headingsOf(chinese).map(({ level }) => level)).toEqual(levels);
  });

  it('show the same code and the same output', () => {
    expect(blocksOf(chinese)).toEqual(blocksOf(english));
  });

  it('link to the same pages', () => {
    expect(targetsOf(chinese.text)).toEqual(targetsOf(english.text));
  });

  it('have tables of the same size', () => {
    expect(rowsOf(chinese.text)).toBe(rowsOf(english.text));
  });
});

describe.each([english, chinese])('every command named in $path exists', ({ text }) => {
  const commands = [...text.matchAll(/(?:`|npx |&& |\$ )temper ([a-z]+)/g)].map(([, name = '']) => name);
  const targets = [...text.matchAll(/nx run ([\w:-]+)/g)].map(([, target = '']) => target);
  const scripts = [...text.matchAll(/npm (?:run )?(ci|test|[a-z:]+)/g)].map(([, name = '']) => name);

  it('of temper', () => {
    const known = [
      ...readPage('packages/cli/src/program.ts').text.matchAll(/(?:command|planning)\('([a-z]+)/g),
    ];
    expect(commands.length).toBeGreaterThan(0);
    expect(known.map(([, name]) => name)).toEqual(expect.arrayContaining(commands));
  });

  it('of Nx', () => {
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) {
      const [project, pipeline = '', configuration] = target.split(':');
      expect(project).toBe('pipelines');
      expect(existsSync(inRepository('pipelines', `${pipeline}.ts`)), target).toBe(true);
      if (configuration !== undefined)
        expect(existsSync(inRepository('pipelines', `${pipeline}.${configuration}.yaml`)), target).toBe(true);
    }
  });

  it('of npm', () => {
    const manifest = JSON.parse(readFileSync(inRepository('package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(['ci', ...Object.keys(manifest.scripts)]).toEqual(expect.arrayContaining(scripts));
  });
});

/** Links into the repository, the one to the other language left out. */
function targetsOf(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, target = '']) => target.replace('docs/zh/', 'docs/'))
    .filter((target) => !target.startsWith('README'))
    .sort();
}

function rowsOf(text: string): number {
  return text.split('\n').filter((line) => line.startsWith('|')).length;
}
