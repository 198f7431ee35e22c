import { defineConfig } from 'vitest/config';

/** Packages resolve to each other's sources, as they do for the compiler: nothing is built before a test. */
const resolve = { conditions: ['@temper/source'] };
export const sources = {
  resolve,
  ssr: { resolve },
  // The global setup is loaded in an environment of vitest's own, which takes over neither of the two.
  environments: { __vitest__: { resolve } },
};

/** Left to `npm run test:long`: minutes. */
export const longRunning = ['**/*.long.test.ts'];
const never = ['**/node_modules/**', '**/dist/**', 'test/fixtures/**'];
const exclude = [...never, ...longRunning];

/** Tests that start the real command, servers or Nx: one file at a time, since each wants the machine. */
const wholeProcesses = { pool: 'forks', maxWorkers: 1, testTimeout: 180_000, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        ...sources,
        test: {
          name: 'unit',
          globalSetup: ['test/setup/python-environment.ts', 'test/setup/official-swanlab.ts'],
          include: ['{packages,stages,data}/**/*.test.{ts,mjs}', 'test/{rig,docs,property}/**/*.test.ts'],
          exclude,
          // A busy machine is slow, not wrong.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...sources,
        test: {
          name: 'types',
          include: ['test/types/**/*.test.ts'],
          exclude,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...sources,
        test: {
          name: 'e2e',
          globalSetup: ['test/setup/python-environment.ts'],
          include: ['test/e2e/**/*.test.ts', 'test/regression/**/*.test.ts'],
          exclude,
          ...wholeProcesses,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...sources,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          exclude,
          ...wholeProcesses,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
