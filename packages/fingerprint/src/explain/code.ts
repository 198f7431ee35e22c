import type { CodeOrigin, PackageIngredient, SourceFile } from '../ingredients.ts';
import { diffLines } from './line-diff.ts';
import type { Difference } from './reason.ts';
import { topLevels, type TopLevel } from './symbols.ts';

/** Source files and packages of something that runs. */
export interface ExplainedCode extends Partial<CodeOrigin> {
  readonly files: readonly SourceFile[];
  readonly packages: readonly PackageIngredient[];
}

/** What differs between two versions of some code, down to the symbol. */
export function explainCode(before: ExplainedCode, after: ExplainedCode): Difference[] {
  return [...explainFiles(before.files, after.files), ...explainPackages(before.packages, after.packages)];
}

/** Whether both were made from the same bytes under the same names, and only our reading of them has changed. */
export function isReadAnew(before: ExplainedCode, after: ExplainedCode): boolean {
  return before.raw !== undefined && before.raw === after.raw && before.reader !== after.reader;
}

function explainFiles(before: readonly SourceFile[], after: readonly SourceFile[]): Difference[] {
  const differences: Difference[] = [];
  for (const [was, is] of pairFiles(before, after)) {
    if (was === undefined && is !== undefined) {
      differences.push({ code: 'code', path: is.path, text: `code: ${is.path} is new` });
    } else if (is === undefined && was !== undefined) {
      differences.push({ code: 'code', path: was.path, text: `code: ${was.path} is gone` });
    } else if (was !== undefined && is !== undefined && was.normalised !== is.normalised) {
      differences.push(...explainSymbols(was, is));
    } else if (was !== undefined && is !== undefined && was.normalised === '' && was.raw !== is.raw) {
      differences.push({ code: 'code', path: is.path, text: `code: ${is.path}` });
    }
  }
  return differences;
}

/** By path; what is left over on both sides, by name: the folder of a stage may have moved. */
function pairFiles(
  before: readonly SourceFile[],
  after: readonly SourceFile[],
): (readonly [SourceFile | undefined, SourceFile | undefined])[] {
  const afterByPath = new Map(after.map((file) => [file.path, file]));
  const beforePaths = new Set(before.map((file) => file.path));
  const arrived = after.filter((file) => !beforePaths.has(file.path));
  const pairs: (readonly [SourceFile | undefined, SourceFile | undefined])[] = [];
  for (const file of before) {
    let match = afterByPath.get(file.path);
    if (match === undefined) {
      const at = arrived.findIndex((other) => baseName(other.path) === baseName(file.path));
      if (at !== -1) [match] = arrived.splice(at, 1);
    }
    pairs.push([file, match]);
  }
  return [...pairs, ...arrived.map((file) => [undefined, file] as const)];
}

function explainSymbols(before: SourceFile, after: SourceFile): Difference[] {
  const was = topLevels(before.path, before.normalised);
  const is = topLevels(after.path, after.normalised);
  const differences: Difference[] = [];
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const from = was.get(name)?.lines ?? [];
    const to = is.get(name)?.lines ?? [];
    if (from.join('\n') === to.join('\n')) continue;
    differences.push({
      code: 'code',
      path: name === '' ? after.path : `${after.path}#${name}`,
      text: `code: ${describe(is.get(name) ?? was.get(name), after.path)}`,
      lines: diffLines(from, to),
    });
  }
  // The same symbols in another order: the order in which statements run.
  if (differences.length === 0) {
    differences.push({
      code: 'code',
      path: after.path,
      text: `code: the order of statements in ${after.path}`,
    });
  }
  return differences;
}

function describe(symbol: TopLevel | undefined, path: string): string {
  if (symbol === undefined || symbol.name === '') return path;
  if (symbol.name === 'default') return `the default export of ${path}`;
  return `${symbol.name}${symbol.isFunction ? '()' : ''} in ${path}`;
}

function explainPackages(
  before: readonly PackageIngredient[],
  after: readonly PackageIngredient[],
): Difference[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  return names.flatMap((name): Difference[] => {
    const was = before.find((entry) => entry.name === name);
    const is = after.find((entry) => entry.name === name);
    if (was?.closure === is?.closure && was?.version === is?.version) return [];
    const [from, to] = [was?.version ?? 'absent', is?.version ?? 'absent'];
    const text = from === to ? `package: what ${name} ${to} depends on` : `package: ${name} ${from} → ${to}`;
    return [{ code: 'code', path: name, from, to, text }];
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
