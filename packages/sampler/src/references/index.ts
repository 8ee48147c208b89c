/** @file Reference identities. */

export { langevinStep } from './langevin.ts';
export type { LangevinContext, LangevinStep } from './langevin.ts';
export type {
  LangevinParameters,
  RandomParameters,
  RejectParameters,
  RepulseParameters,
} from './parameters.ts';
export { initialState } from './move-together.ts';
export { sampleReferences } from './sample-references.ts';
export type {
  DriverOptions,
  ReferenceAlgorithm,
  ReferenceOptions,
  ReferenceProgress,
  ReferenceResult,
} from './options.ts';
export type {
  ForceStatistics,
  PhaseSeconds,
  ReferenceState,
  ReferenceStatistics,
} from './statistics.ts';
