import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { baselineFile } from '@temper/report';
import { createRunFolder, recall, resultText, type PlanResult, type Recalled } from '@temper/run/recall';
import { hasRecords, withTracking } from '@temper/tracking/records';
import { askedOf, build } from './asked.ts';
import type { RunFlags } from './commands/run.ts';
import { printComparisons } from './print/comparison.ts';
import { printCurves } from './print/curves.ts';
import { plainOutput } from './print/plain-output.ts';
import { printPlan } from './print/plan-lines.ts';
import { allReusedLine, outputLines, reuseLines } from './print/reuse-lines.ts';
import { createTerminal, type Terminal } from './print/terminal.ts';
import { languageOf, textsOf, type Language } from './texts/catalogue.ts';
import { writeResult } from './write-result.ts';
import { findPlaces, type Places } from './workspace.ts';

/** Answers a run or a plan from memory. False when there is no answer, and then nothing was printed. */
export function answerFromMemory(argv: readonly string[]): boolean {
  const parsed = parse(argv);
  if (parsed === undefined) return false;
  const { command, pipeline, flags } = parsed;
  let places: Places;
  try {
    places = findPlaces(flags, process.env);
  } catch {
    return false;
  }
  const asked = askedOf(pipeline, flags, places.workspace);
  if (asked === undefined) return false;
  const started = process.uptime();
  const remembered = recall(places.index, asked, build, process.env);
  if (remembered === undefined) return false;
  // The steps' outputs are shown where the remembered run has linked them.
  const shown = join(places.workspace, '.temper', 'runs', String(remembered.result.run));
  if (!existsSync(shown)) return false;
  // What a run measured is held against what was accepted, and memory knows neither.
  if (command === 'run' && existsSync(baselineFile(places.workspace, pipeline))) return false;
  if (command === 'plan') showPlan(remembered, flags);
  else showRun(remembered, flags, places, started);
  return true;
}

/** A plan of steps that are all up to date. */
function showPlan({ result: { pipeline, configuration }, steps }: Recalled, flags: RunFlags): void {
  const plan: PlanResult = {
    schema: 'temper.plan/1',
    pipeline,
    configuration,
    steps: steps().map(({ label, stage, variable, reasons, fingerprint, outputs, savedSeconds }) => ({
      label,
      stage,
      variable,
      action: 'reuse',
      reasons,
      fingerprint,
      estimateSeconds: savedSeconds ?? null,
      outputs,
    })),
  };
  const terminal = openTerminal(flags);
  if (flags.json === true) terminal.json(plan);
  else printPlan(plan, terminal);
}

function openTerminal(flags: RunFlags): Terminal {
  return createTerminal({
    texts: textsOf(flags.lang ?? languageOf(process.env)),
    json: flags.json === true,
    plain: flags.plain === true,
    environment: process.env,
    outputs: { out: plainOutput(1) ?? process.stdout, err: plainOutput(2) ?? process.stderr },
  });
}

function showRun(recalled: Recalled, flags: RunFlags, places: Places, started: number): void {
  const terminal = openTerminal(flags);
  const folder = createRunFolder(places.workspace);
  const { reuse, text } = recalled;
  const result = {
    ...recalled.result,
    run: folder.number,
    seconds: process.uptime() - started,
  };
  folder.finish(resultText(result, text));
  const { outputs, ...head } = result;
  const { pipeline, configuration, run, seconds } = head;
  const count = reuse.labels.length;
  const lines = [
    terminal.colors.bold(terminal.texts.runTitle(pipeline, configuration, count, run)),
    ...reuseLines(reuse, terminal),
    allReusedLine(count, reuse.savedSeconds, seconds, terminal),
    ...outputLines(outputs, terminal),
  ];
  terminal.line(lines.join('\n'));
  printComparisons(outputs, places.workspace, terminal);
  // Its steps are taken apart only for whoever wants to know of each.
  const steps = hasRecords(places) ? withTracking(recalled.steps(), places) : undefined;
  printCurves(steps ?? [], terminal);
  if (flags.resultFile === undefined && flags.json !== true) return;
  const answer = { ...head, steps: steps ?? recalled.steps(), outputs, exitCode: 0 };
  if (flags.resultFile !== undefined) writeResult(resolve(flags.resultFile), answer);
  if (flags.json === true) terminal.json(answer);
}

/** Reads the plainest forms of `temper run` and `temper plan`; whatever else is typed is for the whole command to judge. */
function parse(
  argv: readonly string[],
): { readonly command: 'run' | 'plan'; readonly pipeline: string; readonly flags: RunFlags } | undefined {
  const [command] = argv;
  if (command !== 'run' && command !== 'plan') return undefined;
  const flags: {
    config?: string;
    set?: string[];
    store?: string;
    backend?: string;
    resultFile?: string;
    jobs?: string;
    lang?: Language;
    json?: boolean;
    plain?: boolean;
  } = {};
  let pipeline: string | undefined;
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const value = argv[at + 1];
    switch (word) {
      case '--json':
        flags.json = true;
        continue;
      case '--plain':
        flags.plain = true;
        continue;
      case '-c':
      case '--config':
      case '--set':
      case '--store':
      case '--backend':
      case '--result-file':
        if (value === undefined) return undefined;
        at += 1;
        if (word === '--set') flags.set = [...(flags.set ?? []), value];
        else if (word === '--store') flags.store = value;
        else if (word === '--backend') flags.backend = value;
        else if (word === '--result-file') flags.resultFile = value;
        else flags.config = value;
        continue;
      default:
    }
    if (word.startsWith('-') || pipeline !== undefined) return undefined;
    pipeline = word;
  }
  return pipeline === undefined ? undefined : { command, pipeline, flags };
}
