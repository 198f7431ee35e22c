import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { acceptRun, baselineFile, readBaseline, readMetrics } from '@temper/report';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { findRun } from '../past.ts';
import { openSession, type CommonOptions } from '../session.ts';

export interface BaselineFlags extends CommonOptions {
  /** `metric=number`: how much worse than now is still well, in the metric's units. */
  readonly tolerance?: readonly string[];
}

/** `temper baseline accept RUN`: makes a run the one that others of its configuration are held against. */
export function baselineCommand(action: string, name: string, flags: BaselineFlags): ExitCode {
  if (action !== 'accept') {
    throw new PipelineError('unknown-action', `there is no \`temper baseline ${action}\``, {
      hint: `did you mean \`temper baseline accept ${name}\`?`,
    });
  }
  const { terminal, places } = openSession(flags);
  const run = findRun(places.workspace, name);
  if (run.outcome !== 'succeeded') {
    throw new PipelineError(
      'not-accepted',
      `run ${String(run.run)} ${run.outcome === 'failed' ? 'failed' : 'was cancelled'}`,
      {
        hint: 'accept a run that succeeded',
      },
    );
  }
  const metrics = readMetrics(places.workspace, run);
  if (metrics.length === 0) {
    throw new PipelineError('no-metrics', `run ${String(run.run)} has no evaluation that can be read`, {
      hint: 'a baseline holds the metrics of the artifacts of kind `evaluation`',
    });
  }
  const baseline = acceptRun(
    readBaseline(places.workspace, run.pipeline),
    run,
    metrics,
    tolerances(flags.tolerance ?? []),
  );
  const file = baselineFile(places.workspace, run.pipeline);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify(baseline, null, 2)}\n`);
  renameSync(`${file}.part`, file);
  const shown = join('baselines', `${run.pipeline}.json`);
  if (flags.json === true) terminal.json({ file: shown, ...baseline.configurations[run.configuration] });
  else terminal.line(terminal.texts.baselineAccepted(run.run, shown));
  return exitCode.done;
}

function tolerances(texts: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, metric, value] = /^([^=]+)=(\d+(?:\.\d+)?(?:e-?\d+)?)$/.exec(text) ?? [];
      if (metric === undefined || value === undefined) {
        throw new PipelineError('wrong-option', `\`--tolerance ${text}\` is not a metric and a number`, {
          hint: 'for example `--tolerance loss=0.05`',
        });
      }
      return [metric, Number(value)];
    }),
  );
}
