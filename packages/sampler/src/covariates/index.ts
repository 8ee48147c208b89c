/** @file Covariate directions: what they are, how they are fitted to labelled latents, and how they are kept. */

export { decodeCovariateDirections, encodeCovariateDirections } from './codec.ts';
export type { CovariateDirection, CovariateDirections, SideStatistics } from './directions.ts';
export { classPairs, fitCovariates } from './fit-covariates.ts';
export type { ClassPair, FitOptions, LabelledLatents } from './fit-covariates.ts';
export { parseImageLabels, parseLatentLabels, parsePeople } from './labels.ts';
export type { CovariateLabel, ImageLabel, LatentLabel, PersonLabel } from './labels.ts';
export { moveAlong, stripOffsets } from './strip.ts';
