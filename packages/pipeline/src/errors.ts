/** @file What can go wrong between the queue, the catalog, the object store and the sampler. */

export type PipelineErrorCode =
  | 'QUEUE_UNREACHABLE'
  | 'INVALID_JOB'
  | 'INVALID_CONFIGURATION'
  | 'RUN_NOT_FOUND'
  | 'MODEL_FILE_MISSING'
  | 'MODEL_INCOMPLETE'
  | 'SET_INCOMPLETE'
  | 'SET_INVALID'
  | 'SET_FILE_MISSING'
  | 'RUN_LIMIT'
  | 'LEAST_SEPARATION'
  | 'CANCELLED';

/** A failure whose message names the thing and what to do about it. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: PipelineErrorCode;

  constructor(code: PipelineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isPipelineError(error: unknown): error is PipelineError {
  return error instanceof PipelineError;
}
