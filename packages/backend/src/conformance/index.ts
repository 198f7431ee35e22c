/**
 * What every backend must pass, whatever runs its jobs: `describeBackend` declares the tests for one. In comes a module
 * that creates the backend; what that backend cannot promise is declared beside it, with the reason. It takes for
 * granted that it is called from a vitest file, on a machine where the backend can run.
 */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend, Handle } from '../backend.ts';
import { testCancelling } from './cancelling.ts';
import { testEndings } from './endings.ts';
import { testIsolation } from './isolation.ts';
import { testOutputs } from './outputs.ts';
import { testPreemption } from './preemption.ts';
import { Rig, rigCode, type Language } from './rig/rig.ts';
import { testRunnerDeath } from './runner-death.ts';
import { testStreams } from './streams.ts';
import { testVerdicts } from './verdicts.ts';

/** What the module that creates a backend exports: this process imports it, and so do the runners that are killed. */
export interface BackendModule {
  /** What a stage of this backend is written in. */
  readonly language: Language;
  /** Makes what the backend needs once for all tests, below a folder. */
  prepare(tools: string): Promise<void>;
  createBackend(options: {
    readonly tools: string;
    readonly jobs: string;
    readonly environment: NodeJS.ProcessEnv;
  }): Backend;
  /** Takes away what `prepare` made, where removing the folder does not. */
  release?(tools: string): Promise<void>;
  /** The launcher's process number on this machine. */
  launcherPid(tools: string, handle: Handle): Promise<number>;
  /** What the engine tells everybody who asks about a job. */
  inspect?(tools: string, handle: Handle): Promise<string>;
  /** The daemon that runs the jobs, where there is one. */
  readonly daemon?: {
    kill(tools: string): Promise<void>;
    start(tools: string): Promise<void>;
  };
}

export interface Skip {
  /** Why this backend cannot promise it. */
  readonly reason: string;
  /** Titles of tests. */
  readonly tests: readonly string[];
}

/** What the tests of one group are given. */
export interface Conformance {
  readonly module: string;
  /** The folder that the module prepared. */
  readonly tools: () => string;
  /** A backend as another runner would create it, with variables of its own. */
  readonly createBackend: (environment: NodeJS.ProcessEnv) => Backend;
  /** @throws when the backend has no daemon; such a backend declares the tests of it as skipped. */
  readonly daemon: () => { kill(): Promise<void>; start(): Promise<void> };
  readonly killEvery: number;
  /** What the engine tells everybody who asks about a job; nothing where there is no engine. */
  readonly inspect: (handle: Handle) => Promise<string>;
  readonly test: (title: string, body: (rig: Rig) => Promise<void>) => void;
}

/**
 * @param module The absolute path of a module that exports what {@link BackendModule} says.
 */
export function describeBackend(
  name: string,
  module: string,
  options: {
    readonly skip: readonly Skip[];
    /** Of the moments at which a submitting runner is killed, every how manieth is tried; all by default. */
    readonly killEvery?: number;
    /** Why the backend cannot be had on this machine; then nothing is tested, and this is said. */
    readonly absent?: string | undefined;
  },
): void {
  if (options.absent !== undefined) {
    describe.skip(`the ${name} backend (skipped: ${options.absent})`, () => {
      it('passes the conformance suite', () => undefined);
    });
    return;
  }
  describe(`the ${name} backend`, () => {
    let loaded: BackendModule;
    let tools: string;
    let code: string;
    let rig: Rig;
    const titles: string[] = [];
    const create = (environment: NodeJS.ProcessEnv): Backend =>
      loaded.createBackend({ tools, jobs: rig.jobs, environment });

    beforeAll(async () => {
      loaded = (await import(module)) as BackendModule;
      tools = await realpath(await mkdtemp(join(tmpdir(), 'temper-backend-')));
      await loaded.prepare(tools);
      code = await rigCode(loaded.language);
    });
    afterAll(async () => {
      await loaded.release?.(tools);
      await rm(tools, { recursive: true, force: true });
    });
    beforeEach(async () => {
      const jobs = await realpath(await mkdtemp(join(tmpdir(), 'temper-jobs-')));
      rig = new Rig(
        loaded.createBackend({ tools, jobs, environment: process.env }),
        loaded.language,
        jobs,
        code,
        (handle) => loaded.launcherPid(tools, handle),
      );
    });
    afterEach(() => rig.dispose());

    const conformance: Conformance = {
      module,
      tools: () => tools,
      createBackend: create,
      killEvery: options.killEvery ?? 1,
      inspect: (handle) => loaded.inspect?.(tools, handle) ?? Promise.resolve(''),
      daemon() {
        const { daemon } = loaded;
        if (daemon === undefined) throw new Error(`the ${name} backend has no daemon`);
        return { kill: () => daemon.kill(tools), start: () => daemon.start(tools) };
      },
      test(title, body) {
        titles.push(title);
        const skipped = options.skip.find(({ tests }) => tests.includes(title));
        if (skipped === undefined) it(title, () => body(rig));
        else it.skip(`${title} (not promised: ${skipped.reason})`);
      },
    };
    testEndings(conformance);
    testOutputs(conformance);
    testCancelling(conformance);
    testPreemption(conformance);
    testRunnerDeath(conformance);
    testStreams(conformance);
    testVerdicts(conformance);
    testIsolation(conformance);

    it('skips only tests that there are', () => {
      expect(titles).toEqual(expect.arrayContaining(options.skip.flatMap(({ tests }) => tests)));
    });
  });
}
