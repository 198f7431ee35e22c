import type { Origin, PlannedStep } from '@temper/plan';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { openSession, type PlanningFlags } from '../session.ts';
import type { Texts } from '../texts/catalogue.ts';

/** `temper config`: every effective param and where its value came from. */
export async function configCommand(pipeline: string, flags: PlanningFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal } = session;
  const plan = await session.plan(pipeline, flags);
  if (flags.json === true) {
    terminal.json({
      schema: 'temper.config/1',
      pipeline: plan.pipeline,
      configuration: plan.configuration,
      settings: plan.settings,
      steps: plan.steps.map((step) => ({
        label: step.label,
        params: step.params,
        origins: Object.fromEntries(
          [...step.origins].map(([path, origin]) => [path, originText(origin, terminal.texts)]),
        ),
      })),
    });
    return exitCode.done;
  }
  for (const step of plan.steps) {
    terminal.line(terminal.colors.bold(step.label));
    const rows = rowsOf(step, terminal.texts);
    const widest = Math.max(0, ...rows.map(([path, value]) => path.length + value.length));
    for (const [path, value, origin] of rows) {
      terminal.line(
        `  ${path}: ${value}${' '.repeat(Math.max(1, widest - path.length - value.length + 2))}${terminal.colors.dim(origin)}`,
      );
    }
  }
  return exitCode.done;
}

function rowsOf(step: PlannedStep, texts: Texts): readonly (readonly [string, string, string])[] {
  return [...step.origins]
    .filter(([path]) => path !== '')
    .map(
      ([path, origin]) =>
        [path, JSON.stringify(valueAt(step.params, path)), originText(origin, texts)] as const,
    );
}

function valueAt(params: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], params);
}

function originText(origin: Origin, texts: Texts): string {
  switch (origin.from) {
    case 'default':
      return texts.fromDefault;
    case 'set':
      return `--set ${origin.text}`;
    case 'configuration':
      return `${origin.where.file}:${String(origin.where.line)}`;
    case 'pipeline':
      return origin.where === undefined ? '' : `${origin.where.file}:${String(origin.where.line)}`;
  }
}
