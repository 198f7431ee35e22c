import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent, StepResult } from '@temper/run';
import { onTestFinished } from 'vitest';
import {
  startFixture,
  type FixtureServer,
  type ServerState,
} from '../../../swanlab-http/test/support/fixture-server.ts';
import { createTracker, type Tracker, type TrackerOptions, type TrackingNotice } from '../../src/index.ts';
import { HeldClock } from './held-clock.ts';

export const apiKey = 'key-of-a-test-0001';

export interface Rig {
  readonly server: FixtureServer;
  readonly clock: HeldClock;
  readonly workspace: string;
  /** Where it is remembered which tracking run has which curves. */
  readonly records: string;
  readonly environment: Record<string, string>;
  readonly said: TrackingNotice[];
  /** A tracker of `plan`, told that a run has started; the seventh where it is not said. */
  start(options?: Partial<TrackerOptions>, run?: number): Tracker;
}

export const plan: TrackerOptions['plan'] = {
  pipeline: 'alpaca',
  configuration: 'tiny',
  steps: [
    { label: 'tokenize', stage: 'tokenize', params: { maxLength: 64 }, inputs: [], tracked: false },
    {
      label: 'lora-sft',
      stage: 'lora-sft',
      params: { lora: { r: 8 }, training: { learningRate: 5e-4 } },
      inputs: [{ input: 'train', from: 'tokenize', output: 'trainTokens' }],
      tracked: true,
    },
    { label: 'evaluate', stage: 'evaluate', params: { batchSize: 4 }, inputs: [], tracked: true },
  ],
};

/** A server, a workspace with a login, and what the tracker said; all of it is gone after the test. */
export async function createRig(state: ServerState = {}): Promise<Rig> {
  const server = await startFixture(state);
  onTestFinished(() => server.close());
  const workspace = mkdtempSync(join(tmpdir(), 'temper-tracking-'));
  onTestFinished(() => rmSync(workspace, { recursive: true, force: true }));
  const clock = new HeldClock();
  const records = join(workspace, 'home', 'tracking');
  const environment = {
    SWANLAB_API_HOST: server.url,
    SWANLAB_API_KEY: apiKey,
    SWANLAB_ROOT: join(workspace, 'home'),
  };
  const said: TrackingNotice[] = [];
  return {
    server,
    clock,
    workspace,
    records,
    environment,
    said,
    start(options = {}, run = 7) {
      const tracker = createTracker({
        plan,
        environment,
        workspace,
        records,
        writer,
        logDir: (run) => join(workspace, '.temper', 'runs', String(run), 'swanlab'),
        say: (notice) => said.push(notice),
        clock,
        ...options,
      });
      const { pipeline, configuration, steps } = plan;
      tracker.listen({ type: 'run-started', run, pipeline, configuration, steps });
      return tracker;
    },
  };
}

/** A process of long ago. */
const writer = { host: 'elsewhere', bootId: '', pid: 1, startTime: '' };

export const fingerprint = 'f'.repeat(64);

export function begin(label: string): RunEvent {
  return { type: 'step-started', label, stage: label, fingerprint, reasons: [] };
}

export function progress(step: number, metrics: Record<string, number | null>, label = 'lora-sft'): RunEvent {
  return { type: 'step-progress', label, step, of: 100, metrics };
}

export function text(step: number, content: string, caption: string | null = null): RunEvent {
  return { type: 'step-text', label: 'lora-sft', key: 'prediction', step, caption, content };
}

export function log(text: string, label = 'lora-sft'): RunEvent {
  return { type: 'step-log', label, stream: 'err', text };
}

export function end(
  outcome: StepResult['outcome'],
  { label = 'lora-sft', outputs = {} }: { label?: string; outputs?: StepResult['outputs'] } = {},
): RunEvent {
  const reasons: [] = [];
  return {
    type: 'step-ended',
    step: { label, stage: label, variable: null, outcome, reasons, fingerprint, seconds: 1, outputs },
  };
}

/** The records of all metrics requests of one type that were accepted. */
export function accepted(server: FixtureServer, type: 'scalar' | 'media' | 'log'): Record<string, unknown>[] {
  return server.exchanges
    .filter(({ path, status }) => path === '/api/house/metrics' && status >= 200 && status < 300)
    .flatMap(({ body }) => {
      const sent = body as { type: string; metrics: Record<string, unknown>[] };
      return sent.type === type ? sent.metrics : [];
    });
}

/** The bodies of the requests of this method whose path ends so. */
export function bodies(server: FixtureServer, method: string, ending: string): unknown[] {
  return server.exchanges
    .filter((exchange) => exchange.method === method && exchange.path.endsWith(ending))
    .map(({ body }) => body);
}
