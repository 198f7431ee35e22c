import type { EventListener } from '@temper/run';
import { createRunLines } from './run-lines.ts';
import { createRunTable } from './run-table.ts';
import type { Terminal } from './terminal.ts';

/** What shows a run while it happens. */
export interface RunPrinter {
  readonly listen: EventListener;
  /** Prints a line that stays; where a table is painted, above it. */
  line(text: string): void;
  /** Leaves the terminal as it was. May be called twice. */
  close(): void;
}

/** A table on a terminal, plain lines everywhere else. */
export function createRunPrinter(terminal: Terminal): RunPrinter {
  if (terminal.live) return createRunTable(terminal, terminal.stream());
  return {
    listen: createRunLines(terminal),
    line: (text) => {
      terminal.line(text);
    },
    close: () => undefined,
  };
}
