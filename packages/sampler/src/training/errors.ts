/** @file What can go wrong while training a network. */

import { SamplerError } from '../errors.ts';

/** Raised by the trainer, its optimiser, its schedules and its evaluation. */
export class TrainingError extends SamplerError {
  override readonly name = 'TrainingError';
}
