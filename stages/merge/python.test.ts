import { runPythonTests, testPython, withPython } from '@temper/trl-backend/testing';
import { expect, test } from 'vitest';

test.skipIf(testPython === undefined)(
  `the Python side of merge passes its own tests${withPython}`,
  { timeout: 300_000 },
  () => {
    expect(runPythonTests(new URL('tests/', import.meta.url))).toBe('');
  },
);
