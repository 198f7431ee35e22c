import { createInterface, type Interface } from 'node:readline';

/** The lines of an input; with an output, those that a person types at a terminal. */
export function createLines(input: NodeJS.ReadableStream, output?: NodeJS.WritableStream): Interface {
  if (output === undefined) return createInterface({ input, terminal: false });
  const lines = createInterface({ input, output, prompt: '> ', historySize: 1000, terminal: true });
  // While several characters come at once, as pasted texts and words of an input method do, readline switches this off,
  // and then it does not see how many rows they take: the next key would repaint the line below itself.
  // https://github.com/nodejs/node/blob/v20.19.0/lib/internal/readline/interface.js
  Object.defineProperty(lines, 'isCompletionEnabled', { get: () => true, set: () => undefined });
  return lines;
}

/** Takes back what was typed and not sent. */
export function clearLine(lines: Interface): void {
  lines.write(null, { ctrl: true, name: 'e' });
  lines.write(null, { ctrl: true, name: 'u' });
}
