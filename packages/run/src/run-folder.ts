import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import type { Plan } from '@temper/plan';
import type { RunEvent } from './event.ts';

/** `.temper/runs/N/`: what a run leaves for people and for those who show it. */
export interface RunFolder {
  readonly number: number;
  /** Absolute. */
  readonly path: string;
  /** The folder of a step, made. */
  step(label: string): string;
  /** Relative to the workspace. */
  logOf(label: string): string;
  /** Keeps what the run is going to do: for whoever reads its steps later, when the sources have moved on. */
  plan(plan: Plan): void;
  event(event: RunEvent): void;
  appendLog(label: string, bytes: Uint8Array): void;
  /** Links an output's tree beside the step's log. */
  link(label: string, output: string, tree: string): string;
  /** @param result Its text. */
  finish(result: string): void;
}

/** The folder name of a label: `:` becomes `-`. */
export function labelFolder(label: string): string {
  return label.replaceAll(':', '-');
}

/** Takes the next number; two runs at once get two numbers. */
export function createRunFolder(workspace: string): RunFolder {
  const runs = join(workspace, '.temper', 'runs');
  mkdirSync(runs, { recursive: true });
  let number = Math.max(0, ...readdirSync(runs).map(Number).filter(Number.isInteger)) + 1;
  for (;;) {
    try {
      mkdirSync(join(runs, String(number)));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      number += 1;
    }
  }
  const path = join(runs, String(number));
  const step = (label: string): string => {
    const folder = join(path, 'steps', labelFolder(label));
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  return {
    number,
    path,
    step,
    logOf: (label) => relative(workspace, join(path, 'steps', labelFolder(label), 'output.log')),
    plan(plan) {
      writeFileSync(join(path, 'plan.json'), `${JSON.stringify(recordOf(plan), null, 1)}\n`);
    },
    event(event) {
      appendFileSync(
        join(path, 'events.jsonl'),
        `${JSON.stringify({ t: new Date().toISOString(), ...event })}\n`,
      );
    },
    appendLog(label, bytes) {
      appendFileSync(join(step(label), 'output.log'), bytes);
    },
    link(label, output, tree) {
      const at = join(step(label), output);
      rmSync(at, { force: true });
      symlinkSync(tree, at);
      return relative(workspace, at);
    },
    finish(result) {
      const file = join(path, 'result.json');
      writeFileSync(`${file}.part`, result);
      renameSync(`${file}.part`, file);
    },
  };
}

/** The part of a plan that says something without the sources it was made from. */
function recordOf(plan: Plan): object {
  return {
    schema: 'temper.run-plan/1',
    pipeline: plan.pipeline,
    configuration: plan.configuration,
    set: [
      ...new Set(
        plan.steps.flatMap(({ origins }) =>
          [...origins.values()].flatMap((origin) => (origin.from === 'set' ? [origin.text] : [])),
        ),
      ),
    ],
    steps: plan.steps.map(({ label, stage, variable, where, params, wires }) => ({
      label,
      stage,
      variable: variable ?? null,
      where: where ?? null,
      params,
      reads: wires.map(({ input, step, output }) => ({ input, step: plan.steps[step]?.label ?? '', output })),
    })),
    outputs: plan.outputs.map(({ name, step, output }) => ({
      name,
      step: plan.steps[step]?.label ?? '',
      output,
    })),
  };
}
