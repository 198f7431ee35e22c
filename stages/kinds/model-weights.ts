import { artifactKind } from '@temper/pipeline';
import { checkModelFiles, readJson } from './safetensors.ts';

/** The weights of a model with its configuration: `config.json`, `generation_config.json`, safetensors. */
export const modelWeights = artifactKind(import.meta.url, 'model weights', {
  async check(artifact) {
    await readJson(artifact, 'config.json');
    await checkModelFiles(artifact);
  },
});
