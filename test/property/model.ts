/**
 * What a plan and a run have to say, worked out by brute force: no digests, no store, no planner. A step's key is the
 * text of everything that it reads, results are kept by that text, and reachability is found by walking every path.
 */

/** A step of the world that a test edits. */
export interface ModelStep {
  label: string;
  version: number;
  /** The constant in its code; see {@link isFlaky} and {@link isFailing}. */
  code: number;
  /** The constant in the module of its kinds. */
  kind: number;
  param: number;
  outputs: readonly string[];
  /** What it reads: an output of an earlier step. */
  reads: { step: number; output: string }[];
  /** The content of its file from outside. */
  outside: number | undefined;
}

export interface Flags {
  readonly from?: readonly string[];
  readonly until?: readonly string[];
  readonly only?: readonly string[];
  readonly force?: readonly string[];
  readonly forceFrom?: readonly string[];
  readonly staleOk: boolean;
  readonly keepGoing: boolean;
}

/** An edit of a file from outside while a run is going on, when the job of a step has begun. */
export interface Meddling {
  readonly during: number;
  readonly outsideOf: number;
}

const isFlaky = (code: number): boolean => code >= 100 && code < 200;
export const isFailing = (code: number): boolean => code >= 200;

/** What a step writes into its outputs; a flaky one never twice the same. Few values, so that cutoffs happen. */
export function compute(
  step: { code: number; param: number; outputs: readonly string[]; outside: number | undefined },
  inputs: readonly string[],
  executions: number,
): Readonly<Record<string, string>> {
  const sum = inputs.reduce((total, text) => total + Number(text.split('#')[0]), 0);
  const value = (step.code + step.param + (step.outside ?? 0) + sum) % 3;
  const mark = isFlaky(step.code) ? `#${String(executions)}` : '';
  return Object.fromEntries(
    step.outputs.map((name, index) => [name, `${String((value + index) % 3)}${mark}`]),
  );
}

type Values = Readonly<Record<string, string>>;
type Action = 'reuse' | 'run' | 'may-run' | 'refuse' | 'nothing';
type Outcome = 'ran' | 'reused' | 'failed' | 'skipped';

/** What happened so far, and what of it is left. */
export class Model {
  /** By key, oldest first. */
  private readonly results = new Map<string, Values[]>();
  /** Texts whose bytes the store has; a damaged one is not had. */
  private readonly bytes = new Set<string>();
  private readonly last = new Map<string, string>();
  executions = 0;
  /** What the steps of the last run made or were given, by step. */
  made: readonly (Values | undefined)[] = [];
  /** Whether bytes were ever lost: a step that makes them again gives them back to all others that had them. */
  wasDamaged = false;

  /** The texts that could be damaged. */
  get texts(): readonly string[] {
    return [...this.bytes];
  }

  damage(text: string): void {
    this.bytes.delete(text);
    this.wasDamaged = true;
  }

  plan(steps: readonly ModelStep[], flags: Flags): Action[] {
    const roles = rolesOf(steps, flags);
    const forced = forcedOf(steps, flags);
    const values: (Values | 'unknown-yet' | undefined)[] = [];
    const underWay = new Set<string>();
    return steps.map((step, index) => {
      const role = roles[index];
      const before = step.reads.map(({ step: from }) => values[from]);
      const settle = (action: Action, value?: Values | 'unknown-yet'): Action => {
        values[index] = value;
        return action;
      };
      if (role === 'left out') return settle('nothing');
      const stale = (): Action => {
        if (role !== 'read') return settle('nothing');
        const newest = flags.staleOk ? this.newest(step.label) : undefined;
        return newest === undefined ? settle('refuse') : settle('reuse', newest);
      };
      if (before.includes(undefined)) return role === 'run' ? settle('nothing') : stale();
      if (before.includes('unknown-yet'))
        return settle(role === 'run' ? 'may-run' : 'nothing', 'unknown-yet');
      const key = keyOf(step, inputsOf(step, values as Values[]));
      const found = this.find(key);
      if (found !== undefined && forced[index] !== true) return settle('reuse', found);
      if (role !== 'run') return stale();
      // A step with the same key comes before it, and makes its result.
      const isTwin = underWay.has(key) && forced[index] !== true;
      underWay.add(key);
      return settle(isTwin ? 'may-run' : 'run', 'unknown-yet');
    });
  }

  /** What each step ends as, or `refused` when it is known beforehand that a step is needed and not up to date. */
  run(steps: readonly ModelStep[], flags: Flags, meddling?: Meddling): Outcome[] | 'refused' {
    if (this.plan(steps, flags).includes('refuse')) return 'refused';
    const roles = rolesOf(steps, flags);
    const forced = forcedOf(steps, flags);
    const values: (Values | undefined)[] = [];
    const outcomes: Outcome[] = [];
    const hopeless = new Set<number>();
    const meddledWith = new Set<number>();
    let stopped = false;
    for (const [index, step] of steps.entries()) {
      const role = roles[index];
      const fail = (): Outcome => {
        hopeless.add(index);
        stopped ||= !flags.keepGoing;
        return 'failed';
      };
      const decide = (): Outcome => {
        if (stopped || step.reads.some(({ step: from }) => hopeless.has(from))) {
          hopeless.add(index);
          return 'skipped';
        }
        if (role === 'left out') return 'skipped';
        const stale = (): Outcome => {
          if (role !== 'read') return 'skipped';
          const newest = flags.staleOk ? this.newest(step.label) : undefined;
          if (newest === undefined) return fail();
          values[index] = newest;
          return 'reused';
        };
        if (step.reads.some(({ step: from }) => values[from] === undefined)) return stale();
        const inputs = inputsOf(step, values as Values[]);
        const key = keyOf(step, inputs);
        const found = this.find(key);
        if (found !== undefined && forced[index] !== true) {
          values[index] = found;
          this.last.set(step.label, key);
          return 'reused';
        }
        if (role !== 'run') return stale();
        this.executions += 1;
        if (meddling?.during === index) meddledWith.add(meddling.outsideOf);
        if (isFailing(step.code) || meddledWith.has(index)) return fail();
        const made = compute(step, inputs, this.executions);
        for (const text of Object.values(made)) this.bytes.add(text);
        this.results.set(key, [...(this.results.get(key) ?? []), made]);
        this.last.set(step.label, key);
        values[index] = made;
        return 'ran';
      };
      outcomes.push(decide());
    }
    this.made = values;
    return outcomes;
  }

  private find(key: string): Values | undefined {
    return (this.results.get(key) ?? []).findLast((made) =>
      Object.values(made).every((text) => this.bytes.has(text)),
    );
  }

  private newest(label: string): Values | undefined {
    const key = this.last.get(label);
    return key === undefined ? undefined : this.find(key);
  }
}

function inputsOf(step: ModelStep, values: readonly Values[]): readonly string[] {
  return step.reads.map(({ step: from, output }) => values[from]?.[output] ?? '');
}

function keyOf(step: ModelStep, inputs: readonly string[]): string {
  const { version, code, kind, param, outputs, outside } = step;
  return JSON.stringify([version, code, kind, param, outputs, outside ?? null, inputs]);
}

/** Whether a path leads from one step to another; each step leads to itself. */
function leadsTo(steps: readonly ModelStep[], from: number, to: number): boolean {
  if (from === to) return true;
  return (steps[to]?.reads ?? []).some(({ step }) => leadsTo(steps, from, step));
}

function numbered(steps: readonly ModelStep[], labels: readonly string[] | undefined): readonly number[] {
  return (labels ?? []).map((label) => steps.findIndex((step) => step.label === label));
}

function rolesOf(
  steps: readonly ModelStep[],
  flags: Flags,
): readonly ('run' | 'read' | 'trace' | 'left out')[] {
  const has = (labels: readonly string[] | undefined): boolean => labels !== undefined && labels.length > 0;
  const isInside = (index: number): boolean =>
    (!has(flags.from) || numbered(steps, flags.from).some((root) => leadsTo(steps, root, index))) &&
    (!has(flags.until) || numbered(steps, flags.until).some((end) => leadsTo(steps, index, end))) &&
    (!has(flags.only) || numbered(steps, flags.only).includes(index));
  const isRead = (index: number): boolean =>
    steps.some((step, reader) => isInside(reader) && step.reads.some(({ step: from }) => from === index));
  return steps.map((_, index) => {
    if (isInside(index)) return 'run';
    if (isRead(index)) return 'read';
    return steps.some((__, other) => isRead(other) && leadsTo(steps, index, other)) ? 'trace' : 'left out';
  });
}

function forcedOf(steps: readonly ModelStep[], flags: Flags): readonly boolean[] {
  const roles = rolesOf(steps, flags);
  return steps.map(
    (_, index) =>
      roles[index] === 'run' &&
      (numbered(steps, flags.force).includes(index) ||
        numbered(steps, flags.forceFrom).some((root) => leadsTo(steps, root, index))),
  );
}
