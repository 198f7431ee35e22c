import { datasetKind } from '@temper/pipeline';
import { z } from 'zod';

export const parities = datasetKind(import.meta.url, 'parities', {
  row: z.strictObject({ odd: z.boolean() }),
});
