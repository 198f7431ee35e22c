import { runPythonTests, testPython, withPython } from '@temper/trl-backend/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loraSft } from './stage.ts';

test.skipIf(testPython === undefined)(
  `the Python side of lora-sft passes its own tests${withPython}`,
  { timeout: 600_000 },
  () => {
    const { params } = loraSft.definition;
    process.env['TEMPER_TEST_PARAMS'] = JSON.stringify(params.parse({}));
    process.env['TEMPER_TEST_SCHEMA'] = JSON.stringify(z.toJSONSchema(params, { io: 'input' }));
    expect(runPythonTests(new URL('tests/', import.meta.url))).toBe('');
  },
);
