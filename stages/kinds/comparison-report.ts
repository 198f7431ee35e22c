import { artifactKind, KindError } from '@temper/pipeline';
import { z } from 'zod';
import { readShape } from './safetensors.ts';

const shape = z.object({
  names: z.array(z.string()).min(1),
  rows: z.number().int().positive(),
  metrics: z.array(
    z.object({ metric: z.string(), better: z.enum(['lower', 'higher']), values: z.array(z.number()) }),
  ),
});

/** Several evaluations side by side: `report.json`, `report.md`. */
export const comparisonReport = artifactKind(import.meta.url, 'comparison report', {
  async check(artifact) {
    await readShape(artifact, 'report.json', shape);
    if (!artifact.files.some(({ path }) => path === 'report.md')) throw new KindError('report.md is missing');
  },
});
