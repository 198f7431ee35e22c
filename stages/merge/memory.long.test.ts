import { runPythonTests, testPython, withPython } from '@temper/trl-backend/testing';
import { expect, test } from 'vitest';

test.skipIf(testPython === undefined)(
  `merging at the shapes of a 9B model stays within 3 GB of memory${withPython}`,
  { timeout: 900_000 },
  () => {
    expect(runPythonTests(new URL('tests_long/', import.meta.url))).toBe('');
  },
);
