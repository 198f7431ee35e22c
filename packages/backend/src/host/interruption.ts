/**
 * SIGTERM as an AbortSignal. Until a stage reads the signal for the first time SIGTERM ends it at once, as it ends any
 * program; from then on it is the stage's word that it stops by itself.
 */
let controller: AbortController | undefined;

export function interruption(): AbortSignal {
  if (controller === undefined) {
    const made = new AbortController();
    process.on('SIGTERM', () => made.abort());
    controller = made;
  }
  return controller.signal;
}

export function wasInterrupted(): boolean {
  return controller?.signal.aborted ?? false;
}
