import { defineConfig } from 'vitest/config';
import { longRunning, sources } from '../vitest.config.ts';

/** `npm run test:long`: what takes minutes. */
export default defineConfig({
  ...sources,
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: longRunning,
    globalSetup: ['test/setup/python-environment.ts', 'test/setup/official-swanlab.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    passWithNoTests: true,
  },
});
