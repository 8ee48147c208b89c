/** @file Whose fault an error is: the run's own, or that of what is around it. */

import { isCatalogError } from '@colloid/catalog';
import { isSamplerError } from '@colloid/sampler';
import { isStorageError } from '@colloid/storage';

import { isPipelineError, type PipelineErrorCode } from './errors.ts';

/** Errors of the pipeline that say nothing about the run itself. */
const OUTSIDE: ReadonlySet<PipelineErrorCode> = new Set([
  'QUEUE_UNREACHABLE',
  'CANCELLED',
  'PAUSED',
  'RUN_LOST',
]);

/** Whether trying again elsewhere would end the same way. */
export function isFaultOfTheRun(error: unknown): error is Error {
  if (isSamplerError(error)) return true;
  if (isPipelineError(error)) return !OUTSIDE.has(error.code);
  if (isStorageError(error)) return error.code === 'CORRUPT' || error.code === 'NO_SPACE';
  if (isCatalogError(error)) return error.code === 'INVALID' || error.code === 'BUDGET_EXCEEDED';
  return false;
}
