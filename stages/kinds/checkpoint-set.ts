import { artifactKind } from '@temper/pipeline';
import { z } from 'zod';
import { readHeader, readShape } from './safetensors.ts';

const shape = z.object({
  checkpoints: z.array(
    z.object({
      step: z.number().int().positive(),
      folder: z.string().min(1),
      /** null where no evaluation stood at this step. */
      evalLoss: z.number().nullable(),
    }),
  ),
});

/** Every checkpoint of a training with its score and its answers: `checkpoints.json`, `step-000020/…`. */
export const checkpointSet = artifactKind(import.meta.url, 'checkpoint set', {
  async check(artifact) {
    const { checkpoints } = await readShape(artifact, 'checkpoints.json', shape);
    for (const { folder } of checkpoints) await readHeader(artifact, `${folder}/adapter_model.safetensors`);
  },
});
