/** Whether a version satisfies comparisons such as `>=3.10 <3.14`. */
export function satisfies(version: string, constraint: string): boolean {
  return constraint.split(/[\s,]+/).every((part) => {
    const [, operator, bound] = /^(>=|<=|==|>|<)(.+)$/.exec(part) ?? [];
    if (operator === undefined || bound === undefined)
      throw new Error(`not a version constraint: ${constraint}`);
    const order = compareVersions(version, bound);
    switch (operator) {
      case '>=':
        return order >= 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '<':
        return order < 0;
      default:
        return order === 0;
    }
  });
}

/** Negative, zero or positive; a missing part counts as 0. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
