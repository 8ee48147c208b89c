/** @file Metrics of a dataset. */

export type { Histogram } from './histogram.ts';
export { measure } from './measure.ts';
export type { DatasetMeasures, MeasureOptions } from './measure.ts';
export { verification } from './verification.ts';
export type { AngleScan, TarAtFar, Verification } from './verification.ts';
