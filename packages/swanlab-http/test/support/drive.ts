import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SwanLabClient } from '../../src/client.ts';
import { Text } from '../../src/media.ts';
import type { InitOptions } from '../../src/options.ts';
import type { FinishReport } from '../../src/report.ts';
import type { Run } from '../../src/run.ts';
import type { LogData } from '../../src/values.ts';
import type { Scenario, Step } from '../scenarios.ts';
import { notFinite } from '../scenarios.ts';
import { chartOption } from './chart.ts';

const numbers: Readonly<Record<string, number>> = {
  [notFinite.nan]: NaN,
  [notFinite.inf]: Infinity,
  [notFinite.minusInf]: -Infinity,
};

/** Does with our client what the scenario says, to its end. */
export async function drive(
  client: SwanLabClient,
  scenario: Scenario,
  options: { folder: string; init?: InitOptions; timeoutMs?: number },
): Promise<{ run: Run; report: FinishReport }> {
  const run = await client.init({ ...revive(scenario.init), ...options.init });
  for (const step of scenario.steps) await perform(run, step, options.folder);
  const { state = 'success', error } = scenario.finish ?? {};
  const report = await run.finish(state, {
    ...(error !== undefined && { error }),
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
  });
  return { run, report };
}

async function perform(run: Run, step: Step, folder: string): Promise<void> {
  const at = 'step' in step ? { step: step.step } : {};
  switch (step.op) {
    case 'log': {
      run.log(revive(step.data) as LogData, at);
      return;
    }
    case 'text': {
      const texts = step.items.map(
        ({ data, caption }) => new Text(data, caption === undefined ? {} : { caption }),
      );
      run.log({ [step.key]: texts }, at);
      return;
    }
    case 'html': {
      run.logHtml({ key: step.key, data: step.data });
      return;
    }
    case 'echarts': {
      run.logEcharts({ key: step.key, data: chartOption() });
      return;
    }
    case 'define': {
      const { xAxis, sectionName } = step;
      run.defineMetric(step.key, { ...(xAxis && { xAxis }), ...(sectionName && { sectionName }) });
      return;
    }
    case 'config': {
      run.config.update(step.values);
      return;
    }
    case 'console': {
      run.console(step.line);
      return;
    }
    case 'describe': {
      run.console(`${run.id} ${run.path} ${run.url ?? ''}`);
      return;
    }
    case 'save': {
      writeFileSync(join(folder, step.name), step.content);
      run.save(join(folder, step.name), { base: folder });
      return;
    }
    case 'system': {
      run.logSystem(step.figures);
      return;
    }
    case 'many':
      for (let value = 0; value < step.count; value += 1) run.log({ [step.key]: value });
      return;
    case 'flush':
      await run.flush();
  }
}

function revive(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const one = (value: unknown): unknown => {
    if (typeof value === 'string') return numbers[value] ?? value;
    const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
    return plain ? revive(value as Record<string, unknown>) : value;
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, one(value)]));
}
