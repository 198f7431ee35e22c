import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { inRepository, readPage } from './pages.ts';

/** A command as `--help` describes it. */
interface Command {
  readonly name: string;
  /** As in a heading: `PIPELINE [STEP]`. */
  readonly words: string;
  readonly options: readonly string[];
}

/** A section of the page: its heading without `##`, and the options in its tables. */
interface Section {
  readonly heading: string;
  readonly options: readonly string[];
}

const execute = promisify(execFile);
let commands: readonly Command[];

beforeAll(async () => {
  const names = [...(await help()).matchAll(/^ {2}([a-z-]+)(?= )/gm)].map(([, name = '']) => name);
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
  const usage = /^Usage: temper \S+ ?(.*)$/m.exec(text)?.[1] ?? '';
  const options = [...text.matchAll(/^ {2}(-\S.*?)(?: {2}|$)/gm)].map(([, option = '']) => option);
  return {
    name,
    words: usage
      .replace('[options]', '')
      .replace(/<(.+?)>/g, '$1')
      .trim()
      .toUpperCase(),
    options: options.filter((option) => option !== '-h, --help'),
  };
}

function sections(): readonly Section[] {
  return readPage('docs/reference/commands.md')
    .text.split(/^## /m)
    .slice(1)
    .map((section) => ({
      heading: section.split('\n')[0]?.trim() ?? '',
      options: [...section.matchAll(/^\| `(-[^`]+)`/gm)].map(([, option = '']) => option),
    }));
}

it('the page of commands has a section for each command with the words it takes, and for nothing else', () => {
  const described = sections().flatMap(({ heading }) => /^temper (.+)$/.exec(heading)?.[1] ?? []);
  expect(commands.length).toBeGreaterThan(12);
  expect(described.sort()).toEqual(commands.map(({ name, words }) => `${name} ${words}`.trim()).sort());
});

it('every option of a command stands in its section, or in one that several commands share', () => {
  const shared = sections().filter(({ heading }) => heading.startsWith('Options of '));
  for (const { name, options } of commands) {
    const own = sections().find(({ heading }) => heading.split(' ')[1] === name);
    const known = [...(own?.options ?? []), ...shared.flatMap((section) => section.options)];
    expect(
      options.filter((option) => !known.includes(option)),
      `options of ${name} that the page does not have`,
    ).toEqual([]);
    expect(
      (own?.options ?? []).filter((option) => !options.includes(option)),
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
