import type { SyntaxNode } from '@lezer/common';

/** `from ..module import name as alias`, or `import module as alias`. */
export interface ImportStatement {
  /** Undefined for a plain `import`. Dots of a relative import are counted by `level`. */
  readonly from: { readonly level: number; readonly module: string } | undefined;
  /** In source order. For a plain `import`, dotted modules; `*` is a name of its own. */
  readonly names: readonly { readonly name: string; readonly as: string | undefined }[];
}

export function readImport(node: SyntaxNode, source: string): ImportStatement {
  const tokens = readTokens(node, source);
  const at = tokens.indexOf('import');
  const head = tokens.slice(0, at);
  const names: { name: string; as: string | undefined }[] = [];
  for (const item of split(tokens.slice(at + 1).filter((token) => token !== '(' && token !== ')'))) {
    const alias = item.indexOf('as');
    const name = (alias === -1 ? item : item.slice(0, alias)).join('');
    if (name !== '') names.push({ name, as: alias === -1 ? undefined : item[alias + 1] });
  }
  if (head[0] !== 'from') return { from: undefined, names };
  const path = head.slice(1).join('');
  const level = /^\.*/.exec(path)?.[0].length ?? 0;
  return { from: { level, module: path.slice(level) }, names };
}

function readTokens(node: SyntaxNode, source: string): string[] {
  const tokens: string[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Comment') tokens.push(source.slice(child.from, child.to));
  }
  return tokens;
}

function split(tokens: readonly string[]): string[][] {
  const items: string[][] = [[]];
  for (const token of tokens) {
    if (token === ',') items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}
