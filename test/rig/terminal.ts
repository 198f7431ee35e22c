/** A real terminal (tmux) in which a command runs: what a user would see, and whether there is a cursor. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);
let opened = 0;

export interface Terminal {
  /** The lines on the screen, without the empty ones at the end. */
  screen(): Promise<readonly string[]>;
  /** Waits until the screen shows all of these, each on one line. */
  shows(...patterns: readonly (string | RegExp)[]): Promise<readonly string[]>;
  cursorIsVisible(): Promise<boolean>;
  /** Types keys as tmux names them, such as `C-c`. */
  press(...keys: readonly string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Of the shell's child: the command. */
  commandPid(): Promise<number>;
  /** The command's exit code, once it has ended. The shell stays, so that the screen can be read. */
  ended(): Promise<number>;
}

/** Opens a terminal for the test that is running. Nothing of this process's environment reaches the command. */
export async function openTerminal(
  words: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly columns: number;
    readonly rows: number;
  },
): Promise<Terminal> {
  const socket = `temper-${String(process.pid)}-${String((opened += 1))}`;
  const tmux = async (...given: readonly string[]): Promise<string> =>
    (await run('tmux', ['-u', '-L', socket, '-f', '/dev/null', ...given])).stdout;
  onTestFinished(async () => {
    await tmux('kill-server').catch(() => undefined);
  });

  const environment = Object.entries({
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    ...options.env,
  });
  const assignments = environment.map(([name, value]) => quote(`${name}=${value}`)).join(' ');
  const line = `env -i TERM=tmux-256color ${assignments} ${words.map(quote).join(' ')}`;
  // `wait-for` says when it has ended, and the exit code stands in a variable of the server.
  // Ctrl-C reaches the shell as well, which has to outlive it.
  const shell = `trap : INT; cd ${quote(options.cwd)}; ${line}; tmux -L ${socket} set -g @code $?; tmux -L ${socket} wait-for -S ended; cat`;
  const size = ['-x', String(options.columns), '-y', String(options.rows)];
  await tmux('new-session', '-d', ...size, 'sh', '-c', shell);

  const screen = async (): Promise<readonly string[]> =>
    (await tmux('capture-pane', '-p'))
      .trimEnd()
      .split('\n')
      .map((text) => text.trimEnd());
  return {
    screen,
    async shows(...patterns) {
      for (;;) {
        const lines = await screen();
        const isShown = (pattern: string | RegExp): boolean =>
          lines.some((line) => (typeof pattern === 'string' ? line.includes(pattern) : pattern.test(line)));
        if (patterns.every(isShown)) return lines;
      }
    },
    cursorIsVisible: async () => (await tmux('display', '-p', '#{cursor_flag}')) === '1\n',
    async press(...keys) {
      await tmux('send-keys', ...keys);
    },
    async resize(columns, rows) {
      await tmux('resize-window', '-x', String(columns), '-y', String(rows));
    },
    async commandPid() {
      const shellPid = (await tmux('display', '-p', '#{pane_pid}')).trim();
      return Number((await run('pgrep', ['-P', shellPid])).stdout.trim());
    },
    async ended() {
      await tmux('wait-for', 'ended');
      return Number(await tmux('show', '-gv', '@code'));
    },
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
