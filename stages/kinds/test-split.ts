import { datasetKind } from '@temper/pipeline';
import { chatRow } from './chat-row.ts';

/** The held-out conversations. Training on them does not compile. */
export const testSplit = datasetKind(import.meta.url, 'test split', { row: chatRow });
