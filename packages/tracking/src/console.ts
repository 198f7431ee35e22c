const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|.)/g;

/** Puts the pieces of a stream together to lines, as a terminal would show them in the end. */
export interface LineAssembler {
  /** The lines that this piece completes. */
  add(piece: string): readonly string[];
  /** The line that nothing ended. */
  rest(): readonly string[];
}

export function createLineAssembler(): LineAssembler {
  let open = '';
  return {
    add(piece) {
      const lines = (open + piece).split('\n');
      open = lastPainted(lines.pop() ?? '');
      return lines.map(plain);
    },
    rest() {
      const line = plain(open);
      open = '';
      return line === '' ? [] : [line];
    },
  };
}

/** A progress bar is painted over itself a thousand times; only its last state is worth keeping, also while it grows. */
function lastPainted(line: string): string {
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1);
}

function plain(line: string): string {
  return lastPainted(line).replaceAll('\r', '').replaceAll(escapes, '');
}
