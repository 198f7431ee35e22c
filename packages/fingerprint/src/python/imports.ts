import type { SyntaxNode } from '@lezer/common';
import { readImport } from './import-statement.ts';
import type { ParsedModule } from './parse.ts';

/** A module that code asks for, wherever in the file: at its top, in a function, in a `try`. */
export interface ImportRequest {
  /** Dots before the name; 0 for an absolute import. */
  readonly level: number;
  /** Dotted; empty for `from . import name`. */
  readonly module: string;
  /** Names of `from module import …`, each of which may be a module; `*` stands for all. */
  readonly names: readonly string[];
}

/**
 * Everything that a module imports in words that can be read: statements, and `import_module('…')` or `__import__('…')`
 * with a literal. A name that is made while the program runs cannot be followed; its module is then missing in the job.
 */
export function importsOf({ tree, source }: ParsedModule): ImportRequest[] {
  const requests: ImportRequest[] = [];
  tree.iterate({
    enter({ name, node }) {
      if (name === 'ImportStatement') requests.push(...statementRequests(node, source));
      if (name === 'CallExpression') requests.push(...callRequests(node, source));
    },
  });
  return requests;
}

function statementRequests(node: SyntaxNode, source: string): ImportRequest[] {
  const { from, names } = readImport(node, source);
  if (from === undefined) return names.map(({ name }) => ({ level: 0, module: name, names: [] }));
  return [{ level: from.level, module: from.module, names: names.map(({ name }) => name) }];
}

function callRequests(node: SyntaxNode, source: string): ImportRequest[] {
  const callee = node.firstChild;
  const list = node.getChild('ArgList');
  if (callee === null || list === null) return [];
  if (!/(?:^|\.)(?:import_module|__import__)$/.test(source.slice(callee.from, callee.to))) return [];
  const literals = list
    .getChildren('String')
    .map((literal) => literalText(source.slice(literal.from, literal.to)));
  const [name, anchor] = literals;
  if (name === undefined) return [];
  const level = /^\.*/.exec(name)?.[0].length ?? 0;
  const module = name.slice(level);
  if (level === 0 || anchor === undefined) return [{ level, module, names: [] }];
  // `import_module('..helper', 'pack.age')` counts its dots from the package that is named.
  const base = anchor.split('.').slice(0, level === 1 ? undefined : 1 - level);
  return [{ level: 0, module: [...base, module].filter((part) => part !== '').join('.'), names: [] }];
}

function literalText(literal: string): string | undefined {
  return /^[ru]?("""|'''|"|')([\w.]*)\1$/i.exec(literal)?.[2];
}
