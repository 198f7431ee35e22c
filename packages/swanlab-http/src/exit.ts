/** What a run needs when the process ends without having finished it. */
export interface Leftover {
  /** Saves to disk what is still in memory; synchronous. */
  flush(): void;
  /** Ends the run as a success, as when a script simply comes to its end. */
  end(): Promise<unknown>;
}

const open = new Set<Leftover>();
let listening = false;

/** Listens once for all runs, so that a hundred of them are not a hundred listeners. */
export function rememberUntilFinished(leftover: Leftover): () => void {
  open.add(leftover);
  if (!listening) {
    listening = true;
    process.on('beforeExit', () => void Promise.allSettled([...open].map((left) => left.end())));
    process.on('exit', () => open.forEach((left) => left.flush()));
  }
  return () => void open.delete(leftover);
}
