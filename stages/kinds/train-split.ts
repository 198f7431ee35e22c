import { datasetKind } from '@temper/pipeline';
import { chatRow } from './chat-row.ts';

/** The conversations that are trained on. */
export const trainSplit = datasetKind(import.meta.url, 'train split', { row: chatRow });
