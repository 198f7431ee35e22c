import { datasetKind } from '@temper/pipeline';
import { z } from 'zod';

export const numbers = datasetKind(import.meta.url, 'numbers', {
  row: z.strictObject({ n: z.number().int().max(1000) }),
});
