import { artifactKind, KindError } from '@temper/pipeline';
import { readJson } from './safetensors.ts';

/** A tokenizer with its original chat template and stop tokens: `tokenizer.json`, `tokenizer_config.json`, `chat_template.jinja`, `generation_config.json` where the model has one. */
export const tokenizer = artifactKind(import.meta.url, 'tokenizer', {
  async check(artifact) {
    await readJson(artifact, 'tokenizer.json');
    await readJson(artifact, 'tokenizer_config.json');
    if (!artifact.files.some(({ path, bytes }) => path === 'chat_template.jinja' && bytes > 0)) {
      throw new KindError('there is no chat template', {
        hint: 'take a chat model, or bring a `chat_template.jinja`',
      });
    }
  },
});
