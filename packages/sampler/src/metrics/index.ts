/** @file Metrics of a dataset. */

export type { Capacity, CapacityFit, CapacityPoint } from './capacity.ts';
export type { Histogram } from './histogram.ts';
export type { VariationShard } from './intra.ts';
export { measureLeakage } from './leakage.ts';
export type { Leakage, LeakageComparison, LeakageGallery, LeakageOptions } from './leakage.ts';
export { measure } from './measure.ts';
export type { DatasetMeasures, DatasetVerification, MeasureOptions } from './measure.ts';
export type { ListedPair, PairList } from './pair-list.ts';
export { verification } from './verification.ts';
export type { RocPoint, TarAtFar, Verification } from './verification.ts';
