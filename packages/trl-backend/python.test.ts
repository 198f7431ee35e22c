import { expect, test } from 'vitest';
import { runPythonTests, testPython, withPython } from './src/testing.ts';

test.skipIf(testPython === undefined)(
  `the launcher and the modules that stages share pass their own tests${withPython}`,
  { timeout: 180_000 },
  () => {
    expect(runPythonTests(new URL('tests/', import.meta.url))).toBe('');
  },
);
