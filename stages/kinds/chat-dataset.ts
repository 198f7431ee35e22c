import { datasetKind } from '@temper/pipeline';
import { chatRow } from './chat-row.ts';

/** Conversations, not yet split: `rows.jsonl`. */
export const chatDataset = datasetKind(import.meta.url, 'chat dataset', { row: chatRow });
