import type { Clock, FinishState, InitOptions, Run, SwanLabClient } from '@swanlab/sdk-http';
import { Text } from '@swanlab/sdk-http';
import { createLineAssembler } from './console.ts';
import { createMachineSampler } from './machine.ts';
import { nameMetrics, textKey } from './metrics.ts';
import { openRun, sentenceOf } from './opening.ts';
import { createPatience } from './patience.ts';
import type { Mask } from './secrets.ts';
import { writeNote, type Writer } from './spools.ts';

/** Where a tracking run is. */
export interface OpenedRun {
  readonly project: string;
  /** null for that of whoever uploads it. */
  readonly workspace: string | null;
  readonly id: string;
  /** null where the server does not know it yet. */
  readonly url: string | null;
  /** Its spool, absolute. */
  readonly folder: string;
}

/** What became of one step's tracking run. */
export interface TrackedRun extends OpenedRun {
  readonly label: string;
  readonly state: 'FINISHED' | 'CRASHED' | 'ABORTED';
  /** Whether the server has all of it. */
  readonly complete: boolean;
  /** Why it has not. */
  readonly reasons: readonly string[];
  /** Values that will never arrive, because nobody would take them. */
  readonly dropped: number;
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
  readonly mask: Mask;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who writes the spool. */
  readonly writer: Writer;
  readonly onOpened: (run: OpenedRun) => void;
  /** The run is not, or not only, on the server. */
  readonly onTrouble: (sentence: string) => void;
}

export function createTrackedStep(parts: TrackedStepParts): TrackedStep {
  const { clock, mask, label } = parts;
  const patience = createPatience(clock);
  const machine = createMachineSampler(() => clock.now(), parts.environment);
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
    const { mode, init, onTrouble } = parts;
    const client = parts.createClient(patience.clock);
    run = await openRun({ mode, init, client, clock, patience, hurried: () => hurried, onTrouble });
    const { project } = init;
    const place = placeOf(run);
    const { workspace, id } = place;
    const folder = run.folder ?? init.logDir;
    writeNote(folder, { label, project, workspace, id, writer: parts.writer });
    parts.onOpened({ ...place, project, folder });
    for (const work of waiting.splice(0)) work(run);
    return run;
  }

  /** The server says whose an opened run is; for the others the settings do, or whoever uploads them later. */
  function placeOf({ id, url, path }: Run): Pick<OpenedRun, 'id' | 'url' | 'workspace'> {
    const workspace = (url === undefined ? parts.init.workspace : path.split('/')[1]) ?? null;
    return { id, url: url ?? null, workspace };
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

  function hardware(figures: Readonly<Record<string, number>>): void {
    // GPUs may answer when all is over.
    if (ending === undefined && Object.keys(figures).length > 0) withRun((to) => to.logSystem(figures));
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
      ...placeOf(opened),
      state: report.state,
      complete: report.complete,
      reasons: report.reasons,
      // Of a part before, the run has these steps already.
      dropped: report.dropped
        .filter(({ reason }) => reason !== 'step-before-resume')
        .reduce((sum, { count }) => sum + count, 0),
      folder: opened.folder ?? parts.init.logDir,
    };
  }

  return {
    progress(step, metrics) {
      machine.sample(hardware);
      if (texts !== undefined && texts.step !== step) flushTexts();
      const { curves, gpuMemory } = nameMetrics(metrics);
      if (!machine.knowsGpus) hardware(gpuMemory);
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
      machine.sample(hardware);
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
