import type { Clock, FinishState, InitOptions, Run, SwanLabClient } from '@swanlab/sdk-http';
import { Text } from '@swanlab/sdk-http';
import { createLineAssembler } from './console.ts';
import { createMachineSampler } from './machine.ts';
import { nameMetrics, textKey } from './metrics.ts';
import { createPatience } from './patience.ts';
import { firstLine } from './server.ts';
import { writeNote } from './spools.ts';

/** What became of one step's tracking run. */
export interface TrackedRun {
  readonly label: string;
  readonly project: string;
  /** null for that of whoever uploads it. */
  readonly workspace: string | null;
  readonly id: string;
  /** null where the server does not know it yet. */
  readonly url: string | null;
  readonly state: 'FINISHED' | 'CRASHED' | 'ABORTED';
  /** Whether the server has all of it. */
  readonly complete: boolean;
  /** Why it has not. */
  readonly reasons: readonly string[];
  /** Values that will never arrive, because nobody would take them. */
  readonly dropped: number;
  /** Its spool, absolute. */
  readonly folder: string;
}

export interface Ending {
  readonly state: FinishState;
  readonly reason?: string | undefined;
}

/** A tracking run while its step runs. Nothing here throws or waits; what comes before the run is open is kept for it. */
export interface TrackedStep {
  progress(step: number, metrics: Readonly<Record<string, number | null>>): void;
  figures(figures: Readonly<Record<string, number>>): void;
  text(key: string, step: number, content: string, caption: string | null): void;
  console(stream: 'out' | 'err', piece: string): void;
  /** Adds to what the config says of the step besides its params. */
  describe(facts: Readonly<Record<string, unknown>>): void;
  /** Closes the run, once; resolves when everything is uploaded, or with `hurry`. Undefined when it could not be opened. */
  end(ending: Ending): Promise<TrackedRun | undefined>;
  /** What is not uploaded by now stays in the spool. */
  hurry(): void;
}

export interface TrackedStepParts {
  readonly label: string;
  readonly mode: 'online' | 'offline';
  readonly init: InitOptions & { readonly project: string; readonly logDir: string };
  /** What `describe` adds to; the config's key `temper`. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly createClient: (clock: Clock) => SwanLabClient;
  readonly clock: Clock;
  /** Takes secrets out of texts. */
  readonly mask: (text: string) => string;
  readonly onOpened: (url: string) => void;
  /** The run is not, or not only, on the server. */
  readonly onTrouble: (sentence: string) => void;
}

/** How long a server may take to open a run before the step is tracked offline. */
const openingMilliseconds = 20_000;

export function createTrackedStep(parts: TrackedStepParts): TrackedStep {
  const { clock, mask, label } = parts;
  const patience = createPatience(clock);
  const sampleMachine = createMachineSampler(() => clock.now());
  const assemblers = { out: createLineAssembler(), err: createLineAssembler() };
  const waiting: ((run: Run) => void)[] = [];
  let run: Run | undefined;
  let facts = parts.facts;
  let texts: { key: string; step: number; items: Text[] } | undefined;
  let highestStep = -1;
  let hurried = false;
  let ending: Promise<TrackedRun | undefined> | undefined;

  const opening = open().catch((error: unknown) => {
    parts.onTrouble(sentenceOf(error));
    return undefined;
  });

  async function open(): Promise<Run> {
    const client = parts.createClient(patience.clock);
    run = await (parts.mode === 'online' ? openOnline(client) : openOffline(client));
    if (run.url !== undefined) parts.onOpened(run.url);
    if (run.folder !== undefined)
      writeNote(run.folder, { label, project: parts.init.project, workspace: workspaceOf(run) });
    for (const work of waiting.splice(0)) work(run);
    return run;
  }

  /** The server says whose an opened run is; for the others the settings do, or whoever uploads them later. */
  function workspaceOf({ url, path }: Run): string | null {
    return (url === undefined ? parts.init.workspace : path.split('/')[1]) ?? null;
  }

  async function openOnline(client: SwanLabClient): Promise<Run> {
    const settled = new AbortController();
    void clock.sleep(openingMilliseconds, { signal: settled.signal, background: true }).then(() => {
      if (!settled.signal.aborted) patience.end();
    });
    try {
      return await client.init({ ...parts.init, mode: 'online' });
    } catch (error) {
      parts.onTrouble(sentenceOf(error));
      return await openOffline(client);
    } finally {
      settled.abort();
      if (!hurried) patience.renew();
    }
  }

  function openOffline(client: SwanLabClient): Promise<Run> {
    return client.init({ ...parts.init, mode: 'offline' });
  }

  function withRun(work: (run: Run) => void): void {
    if (run === undefined) waiting.push(work);
    else work(run);
  }

  /** All texts of one key and step are one entry, since the first to come would shut the others out. */
  function flushTexts(): void {
    if (texts === undefined) return;
    const { key, step, items } = texts;
    texts = undefined;
    withRun((to) => to.log({ [key]: items }, { step }));
  }

  function sample(): void {
    const load = sampleMachine();
    if (load !== undefined) withRun((to) => to.logSystem(load));
  }

  function write(lines: readonly string[]): void {
    if (lines.length > 0) withRun((to) => to.console(mask(lines.join('\n'))));
  }

  function figures(values: Readonly<Record<string, number>>, step: number): void {
    if (Object.keys(values).length > 0) withRun((to) => to.log(values, { step }));
  }

  async function close({ state, reason }: Ending): Promise<TrackedRun | undefined> {
    flushTexts();
    for (const assembler of Object.values(assemblers)) write(assembler.rest());
    const opened = await opening;
    if (opened === undefined) return undefined;
    const error = reason === undefined ? {} : { error: mask(reason) };
    // There is time until somebody wants to leave, and then `hurry` says so.
    const report = await opened.finish(state, { ...error, timeoutMs: Infinity });
    return {
      label,
      project: parts.init.project,
      workspace: workspaceOf(opened),
      id: opened.id,
      url: opened.url ?? null,
      state: report.state,
      complete: report.complete,
      reasons: report.reasons,
      dropped: report.dropped.reduce((sum, { count }) => sum + count, 0),
      folder: opened.folder ?? parts.init.logDir,
    };
  }

  return {
    progress(step, metrics) {
      sample();
      if (texts !== undefined && texts.step !== step) flushTexts();
      const { curves, hardware } = nameMetrics(metrics);
      if (Object.keys(hardware).length > 0) withRun((to) => to.logSystem(hardware));
      if (Object.keys(curves).length === 0) return;
      // A step reports more than once, when it is also evaluated; the second `global_step` would be refused.
      const counted = step > highestStep ? { 'train/global_step': step } : {};
      highestStep = Math.max(highestStep, step);
      figures({ ...curves, ...counted }, step);
    },
    figures: (values) => figures(values, 0),
    text(key, step, content, caption) {
      const name = textKey(key);
      if (texts?.key !== name || texts.step !== step) flushTexts();
      texts ??= { key: name, step, items: [] };
      texts.items.push(new Text(mask(content), caption === null ? {} : { caption: mask(caption) }));
    },
    console(stream, piece) {
      sample();
      write(assemblers[stream].add(piece));
    },
    describe(more) {
      facts = { ...facts, ...more };
      const temper = facts;
      withRun((to) => to.config.update({ temper }));
    },
    end: (how) => (ending ??= close(how)),
    hurry() {
      hurried = true;
      patience.end();
    },
  };
}

function sentenceOf(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}
