import { configurationSchema } from '@temper/plan';
import { planAgainstStore, requireSelection, type SelectionOptions } from '@temper/run';
import { writeSchema } from '../editor-schema.ts';
import { isFrozen, type LockFlags } from '../frozen.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { printPlan } from '../print/plan-lines.ts';
import { printFailure } from '../print/problem.ts';
import { openSession, type PlanningFlags } from '../session.ts';
import { unaskedHub } from '../outside.ts';

export interface PlanFlags extends PlanningFlags, SelectionOptions, LockFlags {
  readonly check?: boolean;
  readonly staleOk?: boolean;
  readonly offline?: boolean;
}

/** `temper plan`: the steps in order, what would become of each, and why. */
export async function planCommand(pipeline: string, flags: PlanFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places, store, stats } = session;
  const plan = await session.plan(pipeline, flags);
  requireSelection(plan, flags);
  await writeSchema(places.workspace, plan.pipeline, await configurationSchema(plan.steps));
  const { plan: result, refusals } = await planAgainstStore(plan, {
    ...flags,
    frozen: isFrozen(plan, flags, session.environment),
    workspace: places.workspace,
    store,
    stats,
    resolveHub: unaskedHub,
    onDamage: (message) => {
      terminal.line(`${terminal.colors.yellow('!')} ${message}`);
    },
  });
  await store.settled();
  if (flags.json === true) terminal.json(result);
  else printPlan(result, terminal);
  const refusal = refusals[0];
  if (refusal !== undefined) {
    console.error(
      printFailure(refusal, { workspace: places.workspace, colors: terminal.colors, texts: terminal.texts }),
    );
    return exitCode.stale;
  }
  const due = result.steps.some((step) => step.action !== 'reuse');
  return flags.check === true && due ? exitCode.workIsDue : exitCode.done;
}
