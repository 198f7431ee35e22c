import { width } from '../print/width.ts';
import { createBackends } from '../backends.ts';
import { examine, type Finding } from '../doctor/index.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { preflight } from '../preflight.ts';
import { fit, pad } from '../print/columns.ts';
import { printFailure } from '../print/problem.ts';
import type { Terminal } from '../print/terminal.ts';
import { openSession, type PlanningFlags, type Session } from '../session.ts';
import { languageOf } from '../texts/catalogue.ts';
import { doctorEnglish, type DoctorTexts } from '../texts/doctor/en.ts';
import { doctorChinese } from '../texts/doctor/zh.ts';

/** `temper doctor [P]`: what this machine offers and lacks; exit 5 when the pipeline that is asked for cannot run. */
export async function doctorCommand(pipeline: string | undefined, flags: PlanningFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places, environment } = session;
  const texts = (flags.lang ?? languageOf(environment)) === 'zh' ? doctorChinese : doctorEnglish;
  // First, since a mistyped name should not wait for the network.
  const refusal = pipeline === undefined ? undefined : await refusalOf(pipeline, flags, session);
  const findings = await examine(places, environment);
  const blocked = findings.some(({ blocking }) => blocking === true);
  if (flags.json === true) {
    terminal.json({
      schema: 'temper.doctor/1',
      pipeline: pipeline ?? null,
      findings: findings.map((finding) => inWords(finding, doctorEnglish)),
      refusal: refusal ?? null,
    });
  } else {
    print(findings, texts, terminal);
    if (refusal !== undefined) {
      terminal.line('');
      terminal.line(
        printFailure(refusal, {
          workspace: places.workspace,
          colors: terminal.colors,
          texts: terminal.texts,
        }),
      );
    } else if (pipeline !== undefined && !blocked)
      terminal.line(terminal.colors.green(texts.ready(pipeline)));
  }
  return refusal === undefined && !blocked ? exitCode.done : exitCode.surroundings;
}

function inWords({ id, state, found, mend }: Finding, texts: DoctorTexts) {
  return {
    id,
    name: texts.names[id],
    state,
    found: found(texts),
    neededFor: texts.neededFor[id],
    mend: mend?.(texts) ?? null,
  };
}

/** What is there takes a line; what is not, also says what depends on it and what to do. */
function print(findings: readonly Finding[], texts: DoctorTexts, terminal: Terminal): void {
  const { colors, columns } = terminal;
  const marks = { good: colors.green('✓'), missing: colors.dim('-'), doubtful: colors.yellow('!') };
  const words = findings.map((finding) => inWords(finding, texts));
  const widest = Math.max(...words.map(({ name }) => width(name)));
  const indent = ' '.repeat(widest + 4);
  for (const { name, state, found, neededFor, mend } of words) {
    const head = `${marks[state]} ${pad(name, widest)}  ${found}`;
    if (state === 'good') {
      terminal.line(fit(`${head}  ${colors.dim(texts.needed(neededFor))}`, columns));
      continue;
    }
    terminal.line(head);
    terminal.line(`${indent}${colors.dim(texts.needed(neededFor))}`);
    if (mend !== null) terminal.line(`${indent}→ ${mend}`);
  }
}

async function refusalOf(pipeline: string, flags: PlanningFlags, session: Session) {
  const plan = await session.plan(pipeline, flags);
  const { places, environment } = session;
  const backends = await createBackends({
    plan,
    places,
    environment,
    name: plan.settings.backend ?? 'local',
    emit: () => undefined,
  });
  return preflight(plan, { session, backends });
}
