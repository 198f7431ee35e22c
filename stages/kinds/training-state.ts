import { artifactKind, KindError } from '@temper/pipeline';

/** What a longer training goes on from: optimizer, schedule and generator states of the last step. */
export const trainingState = artifactKind(import.meta.url, 'training state', {
  check(artifact) {
    if (artifact.files.length === 0) throw new KindError('it is empty');
  },
});
