import { artifactKind, KindError } from '@temper/pipeline';
import { readHeader } from './safetensors.ts';

/** Tokenized conversations to train on: `tokens.safetensors` with `input_ids`, `labels` (−100 where nothing is learned) and `offsets`. */
export const trainTokens = artifactKind(import.meta.url, 'train tokens', {
  async check(artifact) {
    const tensors = await readHeader(artifact, 'tokens.safetensors');
    for (const name of ['input_ids', 'labels', 'offsets']) {
      if (tensors[name] === undefined) throw new KindError(`tokens.safetensors holds no ${name}`);
    }
    if (String(tensors['input_ids']?.shape) !== String(tensors['labels']?.shape)) {
      throw new KindError('there are not as many labels as tokens');
    }
  },
});
