/** @file Reference identities. */

export { langevinStep } from './langevin.ts';
export type { LangevinContext, LangevinStep } from './langevin.ts';
export type { LangevinParameters, RandomParameters } from './parameters.ts';
export { initialState, sampleReferences } from './sample-references.ts';
export type {
  DriverOptions,
  ReferenceAlgorithm,
  ReferenceOptions,
  ReferenceProgress,
  ReferenceResult,
} from './sample-references.ts';
export type {
  ForceStatistics,
  PhaseSeconds,
  ReferenceState,
  ReferenceStatistics,
} from './statistics.ts';
