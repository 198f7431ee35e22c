import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { PipelineError } from '@temper/pipeline';
import { exitCode, type ExitCode } from '../exit-code.ts';
import type { Terminal } from '../print/terminal.ts';
import { openTerminal, type CommonOptions } from '../session.ts';

/** What the build leaves beside the command: a workspace to copy from. */
const template = join(import.meta.dirname, '..', 'template');
const defaultName = 'first';

/** A file that will be written: where, relative to the workspace, and what. */
interface NewFile {
  readonly path: string;
  readonly content: string;
}

/**
 * `temper init [PIPELINE]`: a new workspace in this folder, or a new pipeline in the one that is here. Writes over
 * nothing, and asks nothing where there is no terminal to answer at.
 */
export async function initCommand(given: string | undefined, flags: CommonOptions): Promise<ExitCode> {
  const terminal = openTerminal(flags);
  const folder = process.cwd();
  const isNew = !existsSync(join(folder, 'pipelines'));
  const name = readName(given ?? (await ask(terminal)) ?? defaultName);
  const files = isNew ? workspaceFiles(folder, name) : pipelineFiles(name, 'another');
  const taken = files.filter(({ path }) => existsSync(join(folder, path)));
  if (taken.length > 0) {
    throw new PipelineError(
      'file-exists',
      `${taken.map(({ path }) => path).join(', ')} ${taken.length === 1 ? 'is' : 'are'} here already`,
      {
        hint: isNew
          ? 'move it away, or begin in an empty folder'
          : `give the pipeline another name: \`temper init NAME\``,
      },
    );
  }
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  if (isNew) ignore(join(folder, '.gitignore'), ['node_modules', '.temper', 'output']);
  const missing = missingPackages(folder);
  const commands = [
    ...(missing.length > 0
      ? [`npm install --save-dev ${missing.join(' ')}`]
      : isInstalled(folder)
        ? []
        : ['npm install']),
    'npx temper check',
    `npx temper run ${name}`,
  ];
  if (flags.json === true) {
    terminal.json({
      schema: 'temper.init/1',
      pipeline: name,
      files: files.map(({ path }) => path),
      commands,
    });
  } else {
    for (const { path } of files) terminal.line(`${terminal.colors.green('+')} ${path}`);
    terminal.line(terminal.texts.initNext);
    for (const command of commands) terminal.line(`  ${command}`);
  }
  return exitCode.done;
}

async function ask(terminal: Terminal): Promise<string | undefined> {
  if (!process.stdin.isTTY || !terminal.stream().isTTY || (process.env['CI'] ?? '') !== '') return undefined;
  const reader = createInterface({ input: process.stdin, output: terminal.stream() });
  try {
    const answer = (await reader.question(terminal.texts.initName(defaultName))).trim();
    return answer === '' ? undefined : answer;
  } finally {
    reader.close();
  }
}

/** A dot would make the file a configuration's or a test's. */
function readName(name: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(name)) return name;
  throw new PipelineError('wrong-name', `\`${name}\` cannot be the name of a pipeline`, {
    hint: 'letters, digits, `-` and `_`: it becomes the name of a file, `pipelines/<name>.ts`',
  });
}

function pipelineFiles(name: string, from: 'first' | 'another'): readonly NewFile[] {
  const source = read(`pipelines/${from}.ts`).replace(`data/${from}.jsonl`, `data/${name}.jsonl`);
  return [
    { path: `pipelines/${name}.ts`, content: source },
    { path: `data/${name}.jsonl`, content: read('data/rows.jsonl') },
  ];
}

function workspaceFiles(folder: string, name: string): readonly NewFile[] {
  const stage = ['stages/keep-short/stage.ts', 'stages/keep-short/run.ts'];
  const files: NewFile[] = [
    ...pipelineFiles(name, 'first'),
    ...stage.map((path) => ({ path, content: read(path) })),
  ];
  if (!existsSync(join(folder, 'tsconfig.json')))
    files.push({ path: 'tsconfig.json', content: read('tsconfig.template.json') });
  if (!existsSync(join(folder, 'package.json'))) {
    const manifest = { name: packageName(folder), ...manifestOf(join(template, 'package.template.json')) };
    files.push({ path: 'package.json', content: `${JSON.stringify(manifest, null, 2)}\n` });
  }
  return files;
}

/** npm allows less in a name than file systems do. */
function packageName(folder: string): string {
  const plain = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return plain === '' ? 'experiments' : plain;
}

type Manifest = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

function manifestOf(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

/** What pipelines import and the workspace does not name yet, in the versions that go with this command. */
function missingPackages(folder: string): readonly string[] {
  const wanted = manifestOf(join(template, 'package.template.json'))['devDependencies'] ?? {};
  const manifest = manifestOf(join(folder, 'package.json'));
  const named = { ...manifest['dependencies'], ...manifest['devDependencies'] };
  return Object.entries(wanted).flatMap(([name, version]) => (name in named ? [] : [`${name}@${version}`]));
}

function isInstalled(folder: string): boolean {
  return existsSync(join(folder, 'node_modules/@temper/stages'));
}

function ignore(path: string, names: readonly string[]): void {
  const lines = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .map((line) => line.replaceAll('/', '').trim())
    : [];
  const missing = names.filter((name) => !lines.includes(name));
  const gap = lines.length > 0 && lines.at(-1) !== '' ? '\n' : '';
  if (missing.length > 0) appendFileSync(path, `${gap}${missing.join('\n')}\n`);
}

function read(path: string): string {
  return readFileSync(join(template, path), 'utf8');
}
