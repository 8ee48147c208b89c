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
  | 'UNMEASURABLE'
  | 'IMPORT_INVALID'
  | 'IMPORT_FILE_MISSING'
  | 'RUN_LIMIT'
  | 'WEBHOOK_REFUSED'
  | 'LEAST_SEPARATION'
  | 'SHARD_FAILED'
  | 'CHECKPOINT_MISSING'
  | 'INVALID_SIGNATURE'
  | 'INVALID_MANIFEST'
  /** How a run is left at a person's wish, or because another worker has it; no fault of anything. */
  | 'CANCELLED'
  | 'PAUSED'
  | 'RUN_LOST';

/** A failure whose message names the thing and what to do about it. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: PipelineErrorCode;

  constructor(code: PipelineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isPipelineError(error: unknown, code?: PipelineErrorCode): error is PipelineError {
  return error instanceof PipelineError && (code === undefined || error.code === code);
}
