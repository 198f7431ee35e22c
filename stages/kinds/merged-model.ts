import { artifactKind, KindError } from '@temper/pipeline';
import { checkModelFiles, readJson } from './safetensors.ts';

/** A model with its adapter merged in, its tokenizer and template, and a card that states where it comes from. */
export const mergedModel = artifactKind(import.meta.url, 'merged model', {
  async check(artifact) {
    await readJson(artifact, 'config.json');
    await readJson(artifact, 'tokenizer.json');
    await checkModelFiles(artifact);
    for (const file of ['README.md', 'chat_template.jinja']) {
      if (!artifact.files.some(({ path }) => path === file)) throw new KindError(`${file} is missing`);
    }
  },
});
