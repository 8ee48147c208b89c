/** @file The chain from latents to images, embeddings and gradients. */

export { addBridge, addPixels, bridgeMaps } from './bridge.ts';
export type { BridgeEnd, BridgeEnds, BridgeMaps } from './bridge.ts';
export { buildChain } from './chain.ts';
export type { Chain, ChainGraph, ChainOptions, GraphForm, Precision } from './chain.ts';
export { countRows } from './count-rows.ts';
export type { RowCounts } from './count-rows.ts';
export { GraphCache } from './graph-cache.ts';
export type { GraphCacheOptions, GraphStore } from './graph-cache.ts';
export { GraphFiles } from './graph-files.ts';
export type { GraphFilesOptions } from './graph-files.ts';
export { openChain } from './open-chain.ts';
export type {
  ChainSessions,
  DispersionGradient,
  DrawOptions,
  ImageBatch,
  OpenChainOptions,
} from './open-chain.ts';
export { cut } from './plan.ts';
export type { Batch } from './plan.ts';
export { openGenerator, openRecogniser } from './single-model.ts';
export type { GeneratorSessions, RecogniserSessions } from './single-model.ts';
