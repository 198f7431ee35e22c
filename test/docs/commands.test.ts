import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { inRepository, readPage } from './pages.ts';

/** A command as `--help` describes it. */
interface Command {
  readonly name: string;
  readonly options: readonly string[];
}

/** A section of the page: its heading without `##`, its text, and the options in its tables. */
interface Section {
  readonly heading: string;
  readonly text: string;
  readonly options: readonly string[];
}

const execute = promisify(execFile);
let commands: readonly Command[];

beforeAll(async () => {
  const names = [...(await help()).matchAll(/^ {2}([a-z][a-z-]*)(?= )/gm)].map(([, name = '']) => name);
  commands = await Promise.all(names.filter((name) => name !== 'help').map(readCommand));
});

async function help(...words: readonly string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [
    inRepository('packages/cli/bin/temper.js'),
    ...words,
    '--help',
  ]);
  return stdout;
}

async function readCommand(name: string): Promise<Command> {
  const text = await help(name);
  const options = [...text.matchAll(/^ {2}(-\S.*?)(?: {2}|$)/gm)].map(([, option = '']) => option);
  return {
    name,
    options: options.filter((option) => option !== '-h, --help'),
  };
}

function sections(): readonly Section[] {
  return readPage('docs/reference/commands.md')
    .text.split(/^## /m)
    .slice(1)
    .map((section) => ({
      heading: section.split('\n')[0]?.trim() ?? '',
      text: section,
      options: [...section.matchAll(/^\| `(-[^`]+)`/gm)].map(([, option = '']) => option),
    }));
}

it('the page of commands has a section for each command, and for nothing else', () => {
  const described = new Set(sections().flatMap(({ heading }) => /^temper (\S+)/.exec(heading)?.[1] ?? []));
  expect(commands.length).toBeGreaterThan(12);
  expect([...described].sort()).toEqual(commands.map(({ name }) => name).sort());
});

it('every option of a command stands in its section, or in one that several commands share', () => {
  const shared = sections().filter(({ heading }) => heading.startsWith('Options of '));
  for (const { name, options } of commands) {
    const own = sections().filter(
      ({ heading }) => heading.startsWith('temper ') && heading.split(' ')[1] === name,
    );
    const known = shared.flatMap((section) => section.options);
    const isTold = (option: string): boolean => {
      const long = /--[a-z-]+/.exec(option)?.[0] ?? option;
      return known.includes(option) || own.some(({ text }) => new RegExp(`${long}(?![a-z-])`).test(text));
    };
    expect(
      options.filter((option) => !isTold(option)),
      `options of ${name} that the page does not have`,
    ).toEqual([]);
    expect(
      own.flatMap((section) => section.options).filter((option) => !options.includes(option)),
      `options that ${name} does not have`,
    ).toEqual([]);
  }
});

it('an option of a section that several commands share is one of some command', () => {
  const options = new Set(commands.flatMap((command) => command.options));
  const described = sections()
    .filter(({ heading }) => heading.startsWith('Options of '))
    .flatMap((section) => section.options);
  expect(described.length).toBeGreaterThan(10);
  expect(described.filter((option) => !options.has(option))).toEqual([]);
});
