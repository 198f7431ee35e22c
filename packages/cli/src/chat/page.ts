import { PipelineError } from '@temper/pipeline';
import { printPipelineError, type ProblemStyle } from '../print/problem.ts';
import { wrap } from '../print/columns.ts';
import type { Terminal } from '../print/terminal.ts';
import type { Page } from './talk.ts';

/** What a model writes may hold control characters, and those would command the terminal. */
export function harmless(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '·');
}

/** For a person at a terminal: answers as they come, with whose they are and how they ended. */
export function createTerminalPage(terminal: Terminal, style: ProblemStyle): Page {
  const { colors, texts } = terminal;
  const stream = terminal.stream();
  return {
    heading: (name) => {
      terminal.line(colors.cyan(`── ${name}`));
    },
    text: (piece) => {
      stream.write(harmless(piece));
    },
    end({ ended, text, tokens, seconds }) {
      const stopped = text.trim() === '' ? texts.chatWordless : '';
      const why = { stop: stopped, limit: texts.chatLimit, interrupted: texts.chatInterrupted }[ended];
      const speed = texts.tokensPerSecond((tokens / Math.max(seconds, 1e-3)).toFixed(1));
      const line = why === '' ? speed : `${speed}  ${why}`;
      stream.write(`\n${colors.dim(wrap(line, stream.columns))}\n`);
    },
    note: (line, hanging) => {
      terminal.line(colors.dim(wrap(line, stream.columns, hanging)));
    },
    problem: (message, hint) => {
      terminal.line(printPipelineError(new PipelineError('chat', message, { hint }), style));
    },
  };
}

/** For a pipe: stdout holds nothing but answers; all else goes to stderr. */
export function createPlainPage(
  style: ProblemStyle,
  options: { readonly silent: boolean; readonly headings: boolean },
): Page {
  const write = (text: string): void => {
    if (!options.silent) process.stdout.write(text);
  };
  return {
    heading: (name) => {
      if (options.headings) write(`── ${name}\n`);
    },
    text: (piece) => {
      write(process.stdout.isTTY ? harmless(piece) : piece);
    },
    end: () => {
      write('\n');
    },
    note: (line) => {
      process.stderr.write(`${line}\n`);
    },
    problem: (message, hint) => {
      process.stderr.write(`${printPipelineError(new PipelineError('chat', message, { hint }), style)}\n`);
    },
  };
}
