import { describe, expect, it } from 'vitest';
import { runJob } from '../test-job.ts';
import { choose } from './choose.ts';
import implementation from './run.ts';
import { selectCheckpoint } from './stage.ts';

const at = (step: number, evalLoss: number | null) => ({
  step,
  evalLoss,
  folder: `step-${String(step).padStart(6, '0')}`,
});

describe('choose', () => {
  it('takes the lowest held-out loss, of equal ones the earlier', () => {
    const checkpoints = [at(10, 2), at(20, 1.5), at(30, 1.5), at(40, null)];
    expect(choose({ checkpoints, log: [] }, { by: 'eval loss' })).toEqual(at(20, 1.5));
  });

  it('takes the step that was asked for', () => {
    const checkpoints = [at(10, 2), at(20, null)];
    expect(choose({ checkpoints, log: [] }, { by: 'step', step: 20 })).toEqual(at(20, null));
  });

  it('takes the best by what the training noted at its step, whichever way is better', () => {
    const list = {
      checkpoints: [at(10, 2), at(20, 1.5), at(30, null)],
      log: [
        { step: 10, loss: 0.5 },
        { step: 10, evalTokenAccuracy: 0.6 },
        { step: 15, evalTokenAccuracy: 0.9 },
        { step: 20, evalTokenAccuracy: 0.4, loss: 0.6 },
        { step: 30, loss: 0.1 },
      ],
    };
    expect(choose(list, { by: 'metric', metric: 'evalTokenAccuracy' })).toEqual(at(10, 2));
    expect(choose(list, { by: 'metric', metric: 'evalLoss' })).toEqual(at(20, 1.5));
    expect(choose(list, { by: 'metric', metric: 'loss' })).toEqual(at(30, null));
  });

  it.each([
    [{ by: 'step', step: 15 } as const, 'there is no checkpoint at step 15'],
    [{ by: 'eval loss' } as const, 'no checkpoint has an evaluation loss'],
    [
      { by: 'metric', metric: 'evalTokenAccuracy' } as const,
      'no checkpoint has a value of evalTokenAccuracy',
    ],
  ])('says why there is none by %o', (by, sentence) => {
    expect(choose({ checkpoints: [at(10, null)], log: [] }, by)).toBe(sentence);
  });
});

describe('select-checkpoint', () => {
  const checkpoints = {
    'checkpoints.json': JSON.stringify({ checkpoints: [at(10, 1), at(20, 2)], log: [] }),
    'step-000010/adapter_model.safetensors': 'early',
    'step-000010/adapter_config.json': '{}',
    'step-000010/predictions.jsonl': '',
    'step-000020/adapter_model.safetensors': 'late',
    'step-000020/adapter_config.json': '{}',
  };
  const select = (params: object) =>
    runJob(implementation, { stage: selectCheckpoint, inputs: { checkpoints }, params });

  it("hands out the checkpoint's adapter and nothing else of it", async () => {
    const best = await select({ by: 'eval loss' });
    expect(await best.text('adapter', 'adapter_model.safetensors')).toBe('early');
    await expect(best.text('adapter', 'predictions.jsonl')).rejects.toThrow('ENOENT');
    expect(await (await select({ by: 'step', step: 20 })).text('adapter', 'adapter_model.safetensors')).toBe(
      'late',
    );
  });

  it('names the steps there are when the one that was asked for is not among them', async () => {
    await expect(select({ by: 'step', step: 15 })).rejects.toMatchObject({
      reason: 'bad-input',
      message: 'there is no checkpoint at step 15',
      hint: 'there are checkpoints at 10, 20',
    });
  });
});
