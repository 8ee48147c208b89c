/** @file What galleries and covariate sets are made from, as their rows keep it, and which uploads make one. */

import { z } from 'zod';

import { PipelineError } from '../errors.ts';

const ZFile = z.object({
  name: z.string(),
  /** SHA-256 of the content in the object store, hexadecimal. */
  digest: z.string(),
});

export const ZGallerySource = z.discriminatedUnion('kind', [
  /** float32 [M, E] in an npy file. */
  z.object({ kind: z.literal('EMBEDDINGS'), embeddings: ZFile, labels: ZFile.optional() }),
  /** Face images in a zip archive; only their embeddings are kept. A table may say who each one is. */
  z.object({ kind: z.literal('IMAGES'), images: ZFile, labels: ZFile.optional() }),
]);
export type GallerySource = z.infer<typeof ZGallerySource>;

export const ZCovariateSource = z.discriminatedUnion('kind', [
  /** float32 [n, D] in an npy file, and a table with one row per latent. */
  z.object({ kind: z.literal('LATENTS'), latents: ZFile, labels: ZFile }),
  /** Face images in a zip archive, and a table with one row per image; they are projected first. */
  z.object({ kind: z.literal('IMAGES'), images: ZFile, labels: ZFile }),
  /** The labelled factors of a model that comes with Colloid. */
  z.object({ kind: z.literal('BUILT_IN') }),
]);
export type CovariateSource = z.infer<typeof ZCovariateSource>;

/** Bytes of one uploaded file of a set, by its extension: arrays and archives up to 2 GiB, tables up to 64 MiB. */
export function largestSetFile(name: string): number {
  return name.toLowerCase().endsWith('.csv') ? 64 * 1024 ** 2 : 2 ** 31 - 1;
}

/** File name to SHA-256 of its content. */
type Files = Readonly<Record<string, string>>;

/** @throws PipelineError SET_INCOMPLETE unless the files are one npy file or one zip archive, with one table at the most. */
export function gallerySource(files: Files): GallerySource {
  const { npy, zip, csv, others } = sort(files);
  const [labels, second] = csv;
  const table = labels === undefined ? {} : { labels };
  if (second === undefined && others.length === csv.length) {
    if (zip.length === 0 && npy[0] !== undefined && npy.length === 1) {
      return { kind: 'EMBEDDINGS', embeddings: npy[0], ...table };
    }
    if (npy.length === 0 && zip[0] !== undefined && zip.length === 1) {
      return { kind: 'IMAGES', images: zip[0], ...table };
    }
  }
  throw incomplete(
    files,
    'a gallery is made from one .npy file of embeddings or one .zip archive of images, and perhaps one .csv table of who they show',
  );
}

/** @throws PipelineError SET_INCOMPLETE unless the files are one table, and one npy file or one zip archive. */
export function covariateSource(files: Files): CovariateSource {
  const { npy, zip, csv, others } = sort(files);
  const [labels, second] = csv;
  if (labels !== undefined && second === undefined && others.length === csv.length) {
    if (npy.length === 1 && zip.length === 0 && npy[0] !== undefined) {
      return { kind: 'LATENTS', latents: npy[0], labels };
    }
    if (zip.length === 1 && npy.length === 0 && zip[0] !== undefined) {
      return { kind: 'IMAGES', images: zip[0], labels };
    }
  }
  throw incomplete(
    files,
    'a covariate set is made from a .csv table of labels with one .npy file of latents or one .zip archive of images',
  );
}

function sort(files: Files) {
  const all = Object.entries(files).map(([name, digest]) => ({ name, digest }));
  const of = (extension: string) =>
    all.filter(({ name }) => name.toLowerCase().endsWith(extension));
  const [npy, zip] = [of('.npy'), of('.zip')];
  return {
    npy,
    zip,
    csv: of('.csv'),
    others: all.filter((file) => !npy.includes(file) && !zip.includes(file)),
  };
}

function incomplete(files: Files, needed: string): PipelineError {
  const names = Object.keys(files);
  const sent = names.length === 0 ? 'nothing' : names.map((name) => `'${name}'`).join(', ');
  return new PipelineError('SET_INCOMPLETE', `The upload holds ${sent}; ${needed}.`);
}
