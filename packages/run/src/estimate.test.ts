import { expect, it } from 'vitest';
import type { Digest } from '@temper/fingerprint';
import type { PlannedStep } from '@temper/plan';
import type { Manifest } from '@temper/store';
import { estimateFrom as tell, type History } from './estimate.ts';

const estimateFrom = (...given: Parameters<typeof tell>) => tell(...given).estimate;

interface Params {
  readonly epochs: number;
  readonly precision: string;
}

const digest = (name: string): Digest => name as Digest;
const params = (epochs: number, precision = 'bf16'): Params => ({ epochs, precision });

const step = (wanted: Params, gpus = 1): PlannedStep =>
  ({
    params: wanted,
    needs: { gpus },
    implementation: { type: 'python', gpus: 1 },
    definition: {
      name: 'train',
      work: {
        on: ['weights'],
        measure: ({ epochs, precision }: Params, { rows }: { rows?: { files: { bytes: number }[] } }) =>
          rows === undefined
            ? undefined
            : { unit: 'tokens', amount: epochs * (rows.files[0]?.bytes ?? 0), pace: precision },
      },
    },
  }) as unknown as PlannedStep;

const done = (
  run: string,
  of: Params,
  {
    seconds = 100,
    weights = 'glm',
    rows = 'short',
    device = 'cpu',
    resumedFrom = null as number | null,
  } = {},
): Manifest =>
  ({
    ingredients: { params: of, inputs: { weights: [digest(weights)], rows: [digest(rows)] } },
    made: { run, pipeline: 'p', seconds, device, resumedFrom },
  }) as unknown as Manifest;

const history = (...manifests: readonly Manifest[]): History => ({
  byStage: new Map([['train', manifests]]),
  artifacts: new Map(
    Object.entries({ short: 1000, long: 4000 }).map(([name, bytes]) => [
      digest(name),
      { kind: 'rows', digest: digest(name), bytes, files: [{ path: 'rows', bytes }] },
    ]),
  ) as unknown as History['artifacts'],
});
const given = (rows: string, weights = 'glm') => ({ weights: [digest(weights)], rows: [digest(rows)] });

it('scales what an execution took by the work there is', () => {
  const past = history(done('1', params(2)));
  expect(estimateFrom(step(params(3)), given('long'), undefined, past)).toEqual({
    seconds: 600,
    gpuHours: null,
    basis: {
      run: '1',
      pipeline: 'p',
      seconds: 100,
      work: { unit: 'tokens', then: 2000, now: 12_000 },
      sameSettings: true,
    },
  });
});

it('counts the hours of all GPUs where the execution had some', () => {
  const past = history(done('1', params(1), { seconds: 3600, device: 'cuda' }));
  const estimate = estimateFrom(step(params(2), 4), given('short'), undefined, past);
  expect(estimate).toMatchObject({ seconds: 7200, gpuHours: 8 });
});

it('takes one with the same settings and about as much to do, the newest of equals, and says when there was none', () => {
  const past = history(
    done('1', params(1), { seconds: 10 }),
    done('2', params(1), { seconds: 20 }),
    done('4', params(9), { seconds: 90 }),
    done('3', params(1, 'fp32'), { seconds: 90 }),
  );
  const like = (precision: string) =>
    estimateFrom(step(params(1, precision)), given('short'), undefined, past)?.basis;
  expect(like('bf16')).toMatchObject({ run: '2', sameSettings: true });
  expect(like('fp16')).toMatchObject({ run: '3', sameSettings: false });
});

it('learns nothing from another model, nor from an execution that was interrupted', () => {
  const past = history(done('1', params(1), { weights: 'other' }), done('2', params(1), { resumedFrom: 40 }));
  expect(estimateFrom(step(params(1)), given('short'), undefined, past)).toBeUndefined();
});

it('leaves out what a shorter execution has done already', () => {
  const short = done('1', params(3), { seconds: 300 });
  const estimate = estimateFrom(step(params(5)), given('short'), short, history(short));
  expect(estimate).toMatchObject({ seconds: 200, basis: { work: { then: 3000, now: 2000 } } });
});

it('says how much there is to do where that was never done before', () => {
  expect(tell(step(params(3)), given('long'), undefined, history())).toEqual({
    work: { unit: 'tokens', amount: 12_000, steps: undefined, rowsPerStep: undefined },
  });
});

it('tells nothing of inputs that are not there yet', () => {
  const past = history(done('1', params(1)));
  expect(estimateFrom(step(params(1)), { weights: [digest('glm')] }, undefined, past)).toBeUndefined();
});
