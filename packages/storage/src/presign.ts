/** @file How long a direct URL may live. */
import { StorageError } from './errors.ts';

/** Longest life of a signed URL: seven days, the limit of the S3 signature. */
export const MAX_PRESIGN_SECONDS = 604_800;

/** Refuse a life that the S3 signature cannot express. */
export function checkExpiry(expiresInSeconds: number): void {
  if (
    !Number.isSafeInteger(expiresInSeconds) ||
    expiresInSeconds < 1 ||
    expiresInSeconds > MAX_PRESIGN_SECONDS
  )
    throw new StorageError(
      'INVALID_CONFIG',
      `A signed URL must expire after 1 to ${MAX_PRESIGN_SECONDS} whole seconds, not ${expiresInSeconds}.`,
    );
}
