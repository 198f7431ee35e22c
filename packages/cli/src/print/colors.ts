/**
 * The few styles the command prints in. Our own, because this is loaded by every start: a library that looks at
 * `process.stdout` when it is loaded makes Node load its streams, which costs more than all the rest of a start.
 */
export interface Colors {
  /** Whether anything is coloured at all. */
  readonly isColorSupported: boolean;
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly green: Style;
  readonly yellow: Style;
  readonly cyan: Style;
}

export type Style = (text: string) => string;

export function createColors(enabled: boolean): Colors {
  const style = (open: number, close: number): Style => {
    if (!enabled) return (text) => text;
    const [begin, end] = [`\u001b[${String(open)}m`, `\u001b[${String(close)}m`];
    // A style inside a text ends this one as well where both are ended by the same code, as bold and dim are.
    return (text) => begin + text.replaceAll(end, end + begin) + end;
  };
  return {
    isColorSupported: enabled,
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
  };
}
