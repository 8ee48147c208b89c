/** @file The making of a gallery: what was uploaded is checked, made unit and stored under its digest. */

import type { Catalog, GalleryForMaking } from '@colloid/catalog';
import { loadRecogniser, type Runtime } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { putArray } from '../activities/arrays.ts';
import { toJson } from '../digest.ts';
import { modelFiles } from '../load-models.ts';
import { type EmbeddedArchive, embedArchive } from './embed-archive.ts';
import { forgetImages, isFaultOfTheSet, type SetEnding, setFile } from './making.ts';
import { peopleOf, putPeople } from './people.ts';
import { ZGallerySource } from './source.ts';
import type { StoredGalleryReport } from './stored.ts';
import { unitRowsOf } from './unit-rows.ts';

export interface MakeGalleryOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly galleryId: string;
  /** Aborted when the worker stops or has lost the job; the making then begins again elsewhere. */
  readonly signal: AbortSignal;
}

/**
 * Makes a gallery that is CHECKING and leaves it READY or REFUSED. Run twice it changes nothing; killed anywhere it can be run again.
 * What is wrong with the upload ends up on the row; what is wrong with the surroundings is thrown.
 */
export async function makeGallery(options: MakeGalleryOptions): Promise<SetEnding> {
  const { catalog, galleryId } = options;
  const gallery = await catalog.setMaking.loadGalleryForMaking(galleryId);
  if (gallery === null) return 'NOTHING_TO_DO';
  const ending = await makeOrRefuse(gallery, options);
  const source = ZGallerySource.parse(gallery.source);
  if (source.kind === 'IMAGES') await forgetImages(options, source.images.digest);
  return ending;
}

async function makeOrRefuse(
  gallery: GalleryForMaking,
  options: MakeGalleryOptions,
): Promise<SetEnding> {
  const { catalog, store, galleryId } = options;
  try {
    const { unit, files, failures } = await embeddingsOf(gallery, options);
    const { labels } = ZGallerySource.parse(gallery.source);
    const people =
      labels === undefined
        ? null
        : peopleOf(await setFile(store, labels), { count: unit.count, files });
    const report: StoredGalleryReport = { norms: unit.norms, failures };
    const { digest, key } = await putArray(store, unit.rows, unit.rows.length / unit.count);
    const written = await catalog.setMaking.finishGallery(galleryId, {
      state: 'READY',
      digest,
      objectKey: key,
      count: unit.count,
      ...(people === null ? {} : { people: await putPeople(store, people) }),
      report: toJson(report) as object,
    });
    return written ? 'READY' : 'NOTHING_TO_DO';
  } catch (error) {
    if (options.signal.aborted || !isFaultOfTheSet(error)) throw error;
    const refusal = { state: 'REFUSED', refusal: error.message } as const;
    const written = await catalog.setMaking.finishGallery(galleryId, refusal);
    return written ? 'REFUSED' : 'NOTHING_TO_DO';
  }
}

async function embeddingsOf(
  gallery: GalleryForMaking,
  options: MakeGalleryOptions,
): Promise<Omit<EmbeddedArchive, 'files'> & { readonly files: readonly string[] | null }> {
  const { store, catalog, galleryId } = options;
  const source = ZGallerySource.parse(gallery.source);
  const recogniser = await loadRecogniser(await modelFiles(store, gallery.recogniserVersion));
  const of = `the recogniser '${gallery.recogniserVersion.name}@${gallery.recogniserVersion.version}'`;
  if (source.kind === 'EMBEDDINGS') {
    const npy = await setFile(store, source.embeddings);
    const unit = unitRowsOf(npy, { width: recogniser.embeddingDim, of });
    return { unit, files: null, failures: [] };
  }
  return embedArchive({
    ...options,
    recogniser,
    archive: source.images,
    onProgress: async (share) => {
      await catalog.setMaking.recordGalleryProgress(galleryId, share);
    },
  });
}
