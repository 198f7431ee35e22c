/** Disjoint sets of indices; the root of a set is its smallest index. */
export interface DisjointSets {
  readonly find: (index: number) => number;
  readonly join: (left: number, right: number) => void;
}

export function createSets(size: number): DisjointSets {
  const parent = Array.from({ length: size }, (_, index) => index);
  const find = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root] ?? root;
    for (let at = index; at !== root;) {
      const next = parent[at] ?? root;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const join = (left: number, right: number): void => {
    const [one, other] = [find(left), find(right)];
    parent[Math.max(one, other)] = Math.min(one, other);
  };
  return { find, join };
}
