import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createStatCache } from '@temper/fingerprint';
import { PipelineError } from '@temper/pipeline';
import { createNameFinder, createPlan, listPipelines } from '@temper/plan';
import { affectedSteps, identifySteps, type AffectedStep, type IdentifiedPlan } from '@temper/run';
import { checkOut } from '../checkout.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { table } from '../print/table.ts';
import { openSession, program, type CommonOptions, type Session } from '../session.ts';

export interface AffectedFlags extends CommonOptions {
  readonly base: string;
}

interface AffectedPlan {
  readonly pipeline: string;
  readonly configuration: string;
  readonly steps: readonly AffectedStep[];
}

/** `temper affected --base REF`: which steps of which pipelines differ between the merge base and the working tree. */
export async function affectedCommand(flags: AffectedFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places } = session;
  const base = await checkOut(places.workspace, flags.base);
  const affected: AffectedPlan[] = [];
  try {
    const [before, after] = [
      await identifyAll(base.folder, session),
      await identifyAll(places.workspace, session),
    ];
    for (const key of new Set([...after.keys(), ...before.keys()])) {
      const steps = affectedSteps(before.get(key), after.get(key));
      const { pipeline, configuration } = (after.get(key) ?? before.get(key))?.plan ?? {
        pipeline: key,
        configuration: '',
      };
      if (steps.length > 0) affected.push({ pipeline, configuration, steps });
    }
  } finally {
    base.dispose();
  }
  if (flags.json === true) terminal.json({ schema: 'temper.affected/1', base: base.commit, plans: affected });
  else print(affected, base.commit, session);
  return exitCode.done;
}

/** Every pipeline under every configuration, as the sources of a workspace say. */
async function identifyAll(
  workspace: string,
  { environment, places }: Session,
): Promise<ReadonlyMap<string, IdentifiedPlan>> {
  const identified = new Map<string, IdentifiedPlan>();
  if (!existsSync(join(workspace, 'pipelines'))) return identified;
  const root = realpathSync(workspace);
  // Names are kept by the content of a file, so both sides share them.
  const names = createNameFinder({
    workspace: root,
    script: program('names'),
    cache: places.names,
  });
  const stats = createStatCache(join(root, '.temper', 'index', 'stats'));
  for (const { name, configurations } of await listPipelines(root)) {
    for (const configuration of [undefined, ...configurations]) {
      try {
        const plan = await createPlan({ workspace: root, pipeline: name, configuration, environment, names });
        const identities = await identifySteps(plan, {
          workspace: root,
          stats,
          resolveHub: () => Promise.resolve(undefined),
        });
        identified.set(`${name} ${plan.configuration}`, { plan, identities });
      } catch (error) {
        // What did not plan then has no steps to compare with; what does not plan now is for `temper check` to say.
        if (!(error instanceof PipelineError) || workspace === root) throw error;
      }
    }
  }
  return identified;
}

function print(affected: readonly AffectedPlan[], commit: string, { terminal }: Session): void {
  const { texts, colors } = terminal;
  if (affected.length === 0) {
    terminal.line(texts.affectedNothing(commit.slice(0, 12)));
    return;
  }
  const words = {
    changed: texts.affectedChanged,
    downstream: texts.affectedDownstream,
    added: texts.affectedAdded,
    removed: texts.affectedRemoved,
  };
  for (const { pipeline, configuration, steps } of affected) {
    terminal.line(colors.bold(configuration === 'default' ? pipeline : `${pipeline} (${configuration})`));
    const rows = steps.map(({ label, change, reasons }) => [
      `  ${label}`,
      words[change],
      reasons.map(({ text }) => text).join(', '),
    ]);
    for (const line of table(rows)) terminal.line(line);
  }
}
