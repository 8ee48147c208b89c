/** @file What can go wrong while training a network. */

import { SamplerError } from '../errors.ts';

/** Raised by the trainer, its optimiser, its schedules and its evaluation. */
export class TrainingError extends SamplerError {
  override readonly name = 'TrainingError';

  constructor(
    code: 'PARAMETER_INVALID' | 'CHECKPOINT_MISMATCH' | 'NOT_FINITE' | 'SESSION_FAILED',
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(code, message, options);
  }
}
