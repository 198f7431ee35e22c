import { runPythonTests, testPython, withPython } from '@temper/trl-backend/testing';
import { expect, test } from 'vitest';
import { loraSft } from './stage.ts';

test.skipIf(testPython === undefined)(
  `a training that is killed ends with the bytes of one that was not${withPython}`,
  { timeout: 1_800_000 },
  () => {
    process.env['TEMPER_TEST_PARAMS'] = JSON.stringify(loraSft.definition.params.parse({}));
    expect(runPythonTests(new URL('tests_long/', import.meta.url))).toBe('');
  },
);
