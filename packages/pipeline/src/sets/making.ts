/** @file What making a gallery and fitting a covariate set have in common. */

import type { Catalog } from '@colloid/catalog';
import { isFormatError } from '@colloid/formats';
import { isSamplerError } from '@colloid/sampler';
import { contentKey, getContent, isStorageError, type ObjectStore } from '@colloid/storage';

import { isPipelineError, PipelineError } from '../errors.ts';

/** How a making left its set. */
export type SetEnding = 'READY' | 'REFUSED' | 'NOTHING_TO_DO';

/** Whether trying again elsewhere would end the same way. */
export function isFaultOfTheSet(error: unknown): error is Error {
  if (isFormatError(error) || isSamplerError(error)) return true;
  if (isStorageError(error)) return error.code === 'CORRUPT';
  return isPipelineError(error) && error.code !== 'QUEUE_UNREACHABLE';
}

/** A file of a set out of the object store. @throws PipelineError SET_FILE_MISSING */
export async function setFile(
  store: ObjectStore,
  file: { readonly name: string; readonly digest: string },
): Promise<Uint8Array> {
  return getContent(store, file.digest).catch((cause: unknown) => {
    if (!isStorageError(cause, 'NOT_FOUND')) throw cause;
    throw new PipelineError(
      'SET_FILE_MISSING',
      `The file '${file.name}' is no longer in the object store; upload it again.`,
      { cause },
    );
  });
}

/** Deletes uploaded images as soon as nobody waits for them: no set holds any. */
export async function forgetImages(
  { catalog, store }: { readonly catalog: Catalog; readonly store: ObjectStore },
  digest: string,
): Promise<void> {
  if (await catalog.setMaking.isSourceAwaited(digest)) return;
  await store.delete(contentKey(digest));
}
