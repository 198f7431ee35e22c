import { runPythonTests, testPython, withPython } from '@temper/trl-backend/testing';
import { expect, test } from 'vitest';
import { loraSft } from './stage.ts';

test.skipIf(testPython === undefined)(
  `the Python side of lora-sft passes its own tests${withPython}`,
  { timeout: 600_000 },
  () => {
    process.env['TEMPER_TEST_PARAMS'] = JSON.stringify(loraSft.definition.params.parse({}));
    expect(runPythonTests(new URL('tests/', import.meta.url))).toBe('');
  },
);
