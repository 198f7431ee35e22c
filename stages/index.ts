/**
 * The stages that pipelines are made of, each a folder of its own, and the kinds of artifact that they exchange. In
 * come params and artifacts, out go artifacts; how a stage does it lies behind its `stage.ts`. They take for granted
 * what `@temper/pipeline` promises a job, and the environment of `@temper/trl-backend`.
 */
export { compare } from './compare/stage.ts';
export { evaluate } from './evaluate/stage.ts';
export { loadRows } from './load-rows/stage.ts';
export { loadWeights } from './load-weights/stage.ts';
export { loraSft } from './lora-sft/stage.ts';
export { gate } from './gate/stage.ts';
export { merge } from './merge/stage.ts';
export { mix } from './mix/stage.ts';
export { selectCheckpoint } from './select-checkpoint/stage.ts';
export { split } from './split/stage.ts';
export { toChat } from './to-chat/stage.ts';
export { tokenize } from './tokenize/stage.ts';

export { chatDataset } from './kinds/chat-dataset.ts';
export { checkpointSet } from './kinds/checkpoint-set.ts';
export { comparisonReport } from './kinds/comparison-report.ts';
export { evaluation } from './kinds/evaluation.ts';
export { loraAdapter } from './kinds/lora-adapter.ts';
export { mergedModel } from './kinds/merged-model.ts';
export { modelWeights } from './kinds/model-weights.ts';
export { rows } from './kinds/rows.ts';
export { testSplit } from './kinds/test-split.ts';
export { testTokens } from './kinds/test-tokens.ts';
export { tokenizer } from './kinds/tokenizer.ts';
export { tokenSummary } from './kinds/token-summary.ts';
export { trainSplit } from './kinds/train-split.ts';
export { trainTokens } from './kinds/train-tokens.ts';
export { trainingState } from './kinds/training-state.ts';
