/** Steps that only a number tells apart, as tests of stores publish them. Loads no test runner, so that any program may. */
import { fingerprint, sha256, type Fingerprint, type Ingredients } from '@temper/fingerprint';
import type { Manifest } from '../store.ts';

function ingredientsOf(step: number): Ingredients {
  return {
    stage: { name: 'make', version: 1 },
    code: sha256('code'),
    kinds: { rows: { kind: 'rows', check: sha256('check') } },
    environment: null,
    params: { step },
    inputs: {},
    externals: {},
  };
}

/** The fingerprint of a step. */
export const keyOf = (step: number): Fingerprint => fingerprint(ingredientsOf(step));

/** What a step that has made these outputs publishes. */
export function resultOf(
  step: number,
  outputs: Manifest['outputs'],
  at = '2026-01-01T00:00:00.000Z',
): Omit<Manifest, 'schema' | 'nondeterministic'> {
  return {
    fingerprint: keyOf(step),
    ingredients: ingredientsOf(step),
    outputs,
    made: {
      ...{ at, seconds: 1, run: '1', pipeline: 'p', label: 'make', backend: 'host', attempt: 1 },
      ...{ resumedFrom: null, versions: {}, device: null },
    },
    source: { language: 'typescript', files: [], packages: [] },
    kinds: {},
    environment: null,
  };
}
