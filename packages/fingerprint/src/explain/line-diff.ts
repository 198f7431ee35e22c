/** Lines beyond which a comparison is not worth its time, which grows with their product. */
const manyLines = 2000;
const context = 2;

/**
 * The lines that went, marked `- `, and that came, marked `+ `, with a few that stayed around them. `…` stands for
 * the rest.
 */
export function diffLines(before: readonly string[], after: readonly string[]): string[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  const changed = diffMiddle(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  );
  const all = [
    ...before.slice(0, start).map((line) => `  ${line}`),
    ...changed,
    ...before.slice(before.length - end).map((line) => `  ${line}`),
  ];
  return withContext(end === 0 ? all.slice(0, start + changed.length) : all);
}

function diffMiddle(before: readonly string[], after: readonly string[]): string[] {
  if (before.length * after.length > manyLines * manyLines) return [...removed(before), ...added(after)];
  // Longest common subsequence, from the end: common[i][j] is its length for before[i…] and after[j…].
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      lines.push(`  ${before[i] ?? ''}`);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) lines.push(`- ${before[i++] ?? ''}`);
    else lines.push(`+ ${after[j++] ?? ''}`);
  }
  return [...lines, ...removed(before.slice(i)), ...added(after.slice(j))];
}

function removed(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${line}`);
}

function added(lines: readonly string[]): string[] {
  return lines.map((line) => `+ ${line}`);
}

function withContext(lines: readonly string[]): string[] {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((line) => !line.startsWith('  '));
  const kept: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (isNear(index)) kept.push(line);
    else if (kept.at(-1) !== '…') kept.push('…');
  }
  return kept;
}
