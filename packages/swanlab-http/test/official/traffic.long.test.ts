/** The scenarios in which the official client waits before it tries again, or sends much. */
import { describe, test } from 'vitest';
import { compare } from './comparison.ts';
import { reason, withoutPython } from './official-client.ts';

describe.skipIf(withoutPython)(withoutPython ? `skipped: ${reason}` : 'the official client', () => {
  test.each(['many', 'f500', 'fput', 'state500', 'login500'])('%s: sends what ours sends', compare);
});
