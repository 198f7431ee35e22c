import { writeFileSync, renameSync, rmSync } from 'node:fs';
import { PipelineError } from '@temper/pipeline';
import {
  findPipeline,
  lockFile,
  lockText,
  workspacePath,
  type Lock,
  type LockedConfiguration,
  type Plan,
} from '@temper/plan';
import { fingerprintFormat } from '@temper/fingerprint';
import { identifySteps, lockDrift, lockSection, RunRefused, type Drift } from '@temper/run';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { annotate } from '../github.ts';
import { hubResolver, unaskedHub } from '../outside.ts';
import { openSession, type PlanningFlags, type Session } from '../session.ts';

export interface LockCommandFlags extends PlanningFlags {
  readonly check?: boolean;
  /** Repositories to look up again, as `owner/name`. */
  readonly update?: readonly string[];
  readonly offline?: boolean;
}

/** What became of one configuration. */
interface Looked {
  readonly configuration: string;
  readonly state: 'locked' | 'drifted' | 'not-locked' | 'written' | 'unresolved';
  readonly drift: readonly Drift[];
  /** Why something could not be looked up. */
  readonly problem: string | null;
}

/** `temper lock P`: pins what lies outside by digest; `--check` says what has moved since. */
export async function lockCommand(pipeline: string, flags: LockCommandFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places } = session;
  const { configurations } = await findPipeline(places.workspace, pipeline);
  const asked = flags.config === undefined ? ['default', ...configurations] : [flags.config];
  const plans = await Promise.all(
    asked.map((config) =>
      session.plan(pipeline, { config, ...(flags.set === undefined ? {} : { set: flags.set }) }),
    ),
  );
  refuseUnknownRepositories(plans, flags.update ?? []);
  const file = lockFile(places.workspace, pipeline);
  const looked: Looked[] = [];
  const sections: Record<string, LockedConfiguration> = { ...plans[0]?.lock?.configurations };
  for (const plan of plans) {
    if (flags.check === true) looked.push(await check(plan, session, flags.config !== undefined));
    else looked.push(await look(plan, session, flags, sections));
  }
  if (flags.check !== true) {
    // A configuration that is gone is no longer anybody's.
    for (const name of Object.keys(sections))
      if (name !== 'default' && !configurations.includes(name)) Reflect.deleteProperty(sections, name);
    await write(file, pipeline, { keyFormat: fingerprintFormat, configurations: sections });
  }

  if (flags.json === true) {
    terminal.json({
      schema: 'temper.lock-result/1',
      pipeline,
      file: workspacePath(places.workspace, file),
      configurations: looked,
    });
  } else for (const one of looked) print(one, session, workspacePath(places.workspace, file));
  if (looked.some(({ state }) => state === 'unresolved')) return exitCode.surroundings;
  return flags.check === true && looked.some(isWrong(flags)) ? exitCode.stale : exitCode.done;
}

function isWrong(flags: LockCommandFlags): (looked: Looked) => boolean {
  return ({ state }) => state === 'drifted' || (state === 'not-locked' && flags.config !== undefined);
}

async function check(plan: Plan, session: Session, asked: boolean): Promise<Looked> {
  const configuration = plan.configuration;
  if (plan.lock?.configurations[configuration] === undefined) {
    const reads = plan.steps.some(({ pins }) => pins.some(({ type }) => type !== 'wheel'));
    return { configuration, state: reads || asked ? 'not-locked' : 'locked', drift: [], problem: null };
  }
  const identities = await identifySteps(plan, {
    workspace: session.places.workspace,
    stats: session.stats,
    resolveHub: () => Promise.resolve(undefined),
  });
  const drift = await lockDrift(plan, identities);
  return { configuration, state: drift.length === 0 ? 'locked' : 'drifted', drift, problem: null };
}

/** Looks up what is outside. What is locked stays as it is, unless it was asked to be looked up again. */
async function look(
  plan: Plan,
  session: Session,
  flags: LockCommandFlags,
  sections: Record<string, LockedConfiguration>,
): Promise<Looked> {
  const { configuration } = plan;
  const updated = new Set(flags.update);
  const before = plan.lock?.configurations[configuration];
  const kept = before && {
    ...before,
    hub: before.hub.filter(({ repository }) => !updated.has(repository)),
    files: {},
    folders: {},
  };
  const asking: Plan = {
    ...plan,
    lock: {
      keyFormat: fingerprintFormat,
      configurations: kept === undefined ? {} : { [configuration]: kept },
    },
  };
  try {
    const identities = await identifySteps(asking, {
      workspace: session.places.workspace,
      stats: session.stats,
      resolveHub:
        flags.offline === true
          ? unaskedHub
          : hubResolver({
              environment: session.environment,
              texts: session.terminal.texts,
              tell: (line) => {
                session.terminal.line(line);
              },
            }),
    });
    const section = await lockSection(asking, identities);
    if (section === undefined)
      return {
        configuration,
        state: 'unresolved',
        drift: [],
        problem: 'a hub repository cannot be looked up with --offline',
      };
    const drift = await lockDrift(plan, identities);
    sections[configuration] = section;
    return {
      configuration,
      state: before !== undefined && drift.length === 0 ? 'locked' : 'written',
      drift,
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    // No digest is written that was not fetched: this configuration stays as it was.
    return { configuration, state: 'unresolved', drift: [], problem: error.message };
  }
}

async function write(file: string, pipeline: string, lock: Lock): Promise<void> {
  if (Object.keys(lock.configurations).length === 0) {
    rmSync(file, { force: true });
    return;
  }
  writeFileSync(`${file}.part`, await lockText(pipeline, lock));
  renameSync(`${file}.part`, file);
}

function refuseUnknownRepositories(plans: readonly Plan[], update: readonly string[]): void {
  const known = new Set(
    plans.flatMap(({ steps }) =>
      steps.flatMap(({ pins }) => pins.flatMap((pin) => (pin.type === 'hub' ? [pin.repository] : []))),
    ),
  );
  const unknown = update.find((repository) => !known.has(repository));
  if (unknown === undefined) return;
  throw new PipelineError('unknown-repository', `no step reads the repository ${unknown}`, {
    hint:
      known.size === 0 ? 'nothing is read from a hub here' : `the repositories are ${[...known].join(', ')}`,
  });
}

function print(
  { configuration, state, drift, problem }: Looked,
  { terminal }: Session,
  lockName: string,
): void {
  const { texts, colors } = terminal;
  const marks = {
    locked: colors.green('✓'),
    written: colors.green('✓'),
    drifted: colors.red('✗'),
    'not-locked': colors.yellow('!'),
    unresolved: colors.red('✗'),
  };
  const words = {
    locked: texts.lockSound,
    written: texts.lockWritten,
    drifted: texts.lockDrifted(drift.length),
    'not-locked': texts.lockMissing,
    unresolved: texts.lockUnresolved,
  };
  terminal.line(`${marks[state]} ${configuration}: ${words[state]}`);
  for (const { text } of drift) terminal.line(`    ${text}`);
  if (state === 'drifted')
    annotate({
      message: drift.map(({ text }) => text).join('\n'),
      where: { file: lockName, line: 1, column: 1 },
    });
  if (problem !== null) terminal.line(`    ${problem}`);
}
