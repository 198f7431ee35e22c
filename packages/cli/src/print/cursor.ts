/**
 * Hides the cursor of a terminal, and brings it back on every way out: the end of the process, whatever ends it, and
 * also while the user has suspended it (Ctrl-Z) and types at the shell.
 */
export function holdCursor(
  stream: NodeJS.WriteStream,
  user: {
    /** Called before the terminal is somebody else's. */
    leave(): void;
    /** Called when it is ours again. */
    comeBack(): void;
  },
): { release(): void } {
  const hide = (): void => {
    stream.write('\u001b[?25l');
  };
  const giveBack = (): void => {
    user.leave();
    stream.write('\u001b[?25h');
  };
  /** Signals that would end the process without the event `exit`; SIGINT and SIGTERM have listeners of the command. */
  const ending = ['SIGHUP', 'SIGQUIT'] as const;
  const onEnding = (signal: NodeJS.Signals): void => {
    release();
    process.kill(process.pid, signal);
  };
  const onSuspend = (): void => {
    giveBack();
    // Stopping can be listened to only instead of happening.
    process.kill(process.pid, 'SIGSTOP');
  };
  const onContinue = (): void => {
    hide();
    user.comeBack();
  };

  process.on('exit', giveBack).on('SIGTSTP', onSuspend).on('SIGCONT', onContinue);
  for (const signal of ending) process.on(signal, onEnding);
  hide();

  function release(): void {
    process.off('exit', giveBack).off('SIGTSTP', onSuspend).off('SIGCONT', onContinue);
    for (const signal of ending) process.off(signal, onEnding);
    giveBack();
  }

  return { release };
}
