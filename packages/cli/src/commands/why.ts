import { requireStepsAt } from '@temper/plan';
import { compareWithPast, planAgainstStore, type PlanStep } from '@temper/run';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { unaskedHub } from '../outside.ts';
import { findRun } from '../past.ts';
import type { Terminal } from '../print/terminal.ts';
import { openSession, type PlanningFlags } from '../session.ts';

export interface WhyFlags extends PlanningFlags {
  readonly against?: string;
}

/**
 * `temper why`: what differs between a step now and its newest result, or that of a past run, down to the changed lines.
 */
export async function whyCommand(pipeline: string, address: string, flags: WhyFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places, store, stats } = session;
  const plan = await session.plan(pipeline, flags);
  const wanted = new Set(requireStepsAt(address, plan.steps).map((index) => plan.steps[index]?.label));
  const past = flags.against === undefined ? undefined : findRun(places.workspace, flags.against);
  const planned = await planAgainstStore(plan, {
    workspace: places.workspace,
    store,
    stats,
    resolveHub: unaskedHub,
  });
  await store.settled();
  const all =
    past === undefined
      ? planned.plan.steps
      : await compareWithPast(
          { ...planned, labels: plan.steps.map(({ label }) => label) },
          new Map(past.steps.map(({ label, fingerprint }) => [label, fingerprint])),
          store,
        );
  const steps = all.filter(({ label }) => wanted.has(label));
  if (flags.json === true) terminal.json({ schema: 'temper.why/1', steps });
  else for (const step of steps) print(step, past?.run, terminal);
  return exitCode.done;
}

function print(step: PlanStep, against: number | undefined, terminal: Terminal): void {
  const { texts, colors } = terminal;
  const words = { reuse: texts.actionReuse, run: texts.actionRun, 'may-run': texts.actionMayRun };
  terminal.line(`${colors.bold(step.label)}  ${words[step.action]}`);
  if (step.action === 'reuse' && step.reasons.length === 0) terminal.line(`  ${texts.whyNothing(against)}`);
  if (step.continues !== undefined) terminal.line(`  ${step.continues}`);
  for (const reason of step.reasons) {
    terminal.line(`  ${texts.say(reason.text)}`);
    for (const line of reason.lines ?? []) {
      terminal.line(
        `    ${line.startsWith('+') ? colors.green(line) : line.startsWith('-') ? colors.red(line) : colors.dim(line)}`,
      );
    }
  }
}
