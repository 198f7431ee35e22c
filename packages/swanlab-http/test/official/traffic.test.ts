/** The scenarios of conformance.test.ts, with the official client itself in the place of the recording. */
import { describe, test } from 'vitest';
import { compare } from './comparison.ts';
import { reason, withoutPython } from './official-client.ts';

describe.skipIf(withoutPython)(withoutPython ? `skipped: ${reason}` : 'the official client', () => {
  test.each(['fresh', 'crash', 'abort', 'legacy', 'resume', 'resume2', 'hf2', 'hf3'])(
    '%s: sends what ours sends',
    compare,
  );
});
