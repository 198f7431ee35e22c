import { HubError } from '@temper/hub';
import { expect, it } from 'vitest';
import { asJobError } from './hub-job.ts';

it.each([
  ['no-space', 'no-space'],
  ['wrong-digest', 'bad-input'],
] as const)('what a hub calls %s is for a job %s, with sentence and hint', async (reason, asked) => {
  const trouble = new HubError({ reason, message: 'It went wrong', hint: 'mend it' });
  await expect(asJobError(() => Promise.reject(trouble))).rejects.toMatchObject({
    name: 'JobError',
    reason: asked,
    message: 'It went wrong',
    hint: 'mend it',
  });
});

it('a bug stays a bug', async () => {
  const bug = new TypeError('x is not a function');
  await expect(asJobError(() => Promise.reject(bug))).rejects.toBe(bug);
});
