/** A run of text that both sides have, or only one. */
export interface Piece {
  readonly text: string;
  readonly only: 'left' | 'right' | null;
}

/** Texts of more words than this are shown without marks: comparing them would freeze the page. */
const mostWords = 1200;

/** What two texts have in common, word by word; Chinese has no spaces, so a segmenter finds its words. */
export function diffWords(left: string, right: string): readonly Piece[] {
  const [a, b] = [split(left), split(right)];
  if (a.length > mostWords || b.length > mostWords)
    return [
      { text: left, only: 'left' },
      { text: right, only: 'right' },
    ];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const pieces: Piece[] = [];
  push(pieces, a.slice(0, start).join(''), null);
  for (const piece of middle(a.slice(start, a.length - end), b.slice(start, b.length - end)))
    push(pieces, piece.text, piece.only);
  push(pieces, a.slice(a.length - end).join(''), null);
  return pieces;
}

function split(text: string): readonly string[] {
  return [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)].map(({ segment }) => segment);
}

/** The longest common subsequence, by the table of its lengths. */
function middle(a: readonly string[], b: readonly string[]): readonly Piece[] {
  const columns = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * columns);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * columns + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * columns + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * columns + j] ?? 0, lengths[i * columns + j + 1] ?? 0);
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      pieces.push({ text: left, only: null });
      i += 1;
      j += 1;
    } else if (
      left !== undefined &&
      (right === undefined || (lengths[(i + 1) * columns + j] ?? 0) >= (lengths[i * columns + j + 1] ?? 0))
    ) {
      pieces.push({ text: left, only: 'left' });
      i += 1;
    } else {
      pieces.push({ text: right ?? '', only: 'right' });
      j += 1;
    }
  }
  return pieces;
}

function push(pieces: Piece[], text: string, only: Piece['only']): void {
  if (text === '') return;
  const last = pieces.at(-1);
  if (last?.only === only) pieces[pieces.length - 1] = { text: last.text + text, only };
  else pieces.push({ text, only });
}
