import { artifactKind, KindError } from '@temper/pipeline';
import { z } from 'zod';
import { readHeader, readShape } from './safetensors.ts';

/** What a merge and an evaluation rely on; PEFT writes more: https://huggingface.co/docs/peft/package_reference/lora */
const config = z.object({
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  target_modules: z.union([z.string(), z.array(z.string()).min(1)]),
  /** The base by digest: a path or a name could mean other weights elsewhere. */
  temper: z.object({ base: z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/) }) }),
});

/** A LoRA adapter that names its base by digest: `adapter_model.safetensors`, `adapter_config.json`. */
export const loraAdapter = artifactKind(import.meta.url, 'lora adapter', {
  async check(artifact) {
    await readShape(artifact, 'adapter_config.json', config);
    const tensors = await readHeader(artifact, 'adapter_model.safetensors');
    if (Object.keys(tensors).length === 0) throw new KindError('adapter_model.safetensors holds no tensor');
  },
});
