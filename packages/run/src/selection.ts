import { PipelineError } from '@temper/pipeline';
import { requireStepsAt, type Plan } from '@temper/plan';

/** Which steps may run, and which must. Addresses as in `--from`, `--until`, `--only`, `--force`, `--force-from`. */
export interface SelectionOptions {
  readonly from?: readonly string[] | undefined;
  readonly until?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  readonly force?: readonly string[] | undefined;
  readonly forceFrom?: readonly string[] | undefined;
}

/** A selection by index into the plan. */
export interface Selection {
  /** Whether a step may run. */
  readonly mayRun: readonly boolean[];
  /** Whether a step must run although its result is up to date. */
  readonly forced: readonly boolean[];
  /**
   * What the run wants of a step: to bring it up to date (`run`), its result for a step that it does (`read`), or only
   * to know whether it is up to date, since one whose result is wanted depends on it (`trace`).
   */
  readonly wants: readonly ('run' | 'read' | 'trace' | 'nothing')[];
}

/**
 * Resolves addresses. `from` takes its steps and everything after them, `until` its steps and everything before them,
 * `only` exactly its steps; given together they must all agree.
 *
 * @throws PipelineError for an address that names no step.
 */
export function selectSteps(plan: Plan, options: SelectionOptions): Selection {
  const at = (addresses: readonly string[] | undefined): Set<number> =>
    new Set((addresses ?? []).flatMap((address) => requireStepsAt(address, plan.steps)));
  const after = (roots: Set<number>): Set<number> => {
    const reached = new Set(roots);
    // Steps stand in order, so one pass forward reaches everything.
    for (const [index, step] of plan.steps.entries()) {
      if (step.wires.some((wire) => reached.has(wire.step))) reached.add(index);
    }
    return reached;
  };
  const before = (roots: Set<number>): Set<number> => {
    const reached = new Set(roots);
    for (let index = plan.steps.length - 1; index >= 0; index--) {
      if (reached.has(index)) for (const wire of plan.steps[index]?.wires ?? []) reached.add(wire.step);
    }
    return reached;
  };

  const limits: Set<number>[] = [];
  if (options.from !== undefined && options.from.length > 0) limits.push(after(at(options.from)));
  if (options.until !== undefined && options.until.length > 0) limits.push(before(at(options.until)));
  if (options.only !== undefined && options.only.length > 0) limits.push(at(options.only));
  const forced = new Set([...at(options.force), ...after(at(options.forceFrom))]);

  const mayRun = plan.steps.map((_, index) => limits.every((limit) => limit.has(index)));
  const inside = new Set(mayRun.flatMap((may, index) => (may ? [index] : [])));
  const read = new Set(
    [...inside].flatMap((index) => plan.steps[index]?.wires.map(({ step }) => step) ?? []),
  );
  const traced = before(new Set(read));
  const wants = plan.steps.map((_, index) =>
    inside.has(index) ? 'run' : read.has(index) ? 'read' : traced.has(index) ? 'trace' : 'nothing',
  );
  return { mayRun, forced: mayRun.map((may, index) => may && forced.has(index)), wants };
}

/**
 * Refuses what can only be a slip: flags that leave no step, and a step by force that the others leave out.
 *
 * @throws PipelineError also for an address that names no step.
 */
export function requireSelection(plan: Plan, options: SelectionOptions): void {
  const { from, until, only, force = [], forceFrom = [] } = options;
  const typed = (flag: string, addresses: readonly string[] = []): readonly string[] =>
    addresses.map((address) => `\`${flag} ${address}\``);
  const limits = [...typed('--from', from), ...typed('--until', until), ...typed('--only', only)].join(', ');
  const { mayRun } = selectSteps(plan, options);
  if (!mayRun.includes(true)) {
    throw new PipelineError('empty-selection', `no step is selected by all of ${limits}`, {
      hint: 'these flags narrow each other down; several addresses of one flag add up',
    });
  }
  const forces = [
    ...force.map((address) => ({ flag: '--force', address, alone: { force: [address] } })),
    ...forceFrom.map((address) => ({ flag: '--force-from', address, alone: { forceFrom: [address] } })),
  ];
  for (const { flag, address, alone } of forces) {
    const { forced } = selectSteps(plan, alone);
    if (forced.some((must, index) => must && mayRun[index] === true)) continue;
    throw new PipelineError(
      'nothing-forced',
      `\`${flag} ${address}\` forces no step: all are left out by ${limits}`,
      {
        hint: 'take the step in, or leave the flag out',
      },
    );
  }
}
