import { artifactKind } from '@temper/pipeline';
import { readJson } from './safetensors.ts';

/** What tokenizing found: lengths, cut and dropped rows, samples with the learned part marked: `summary.json`. */
export const tokenSummary = artifactKind(import.meta.url, 'token summary', {
  async check(artifact) {
    await readJson(artifact, 'summary.json');
  },
});
