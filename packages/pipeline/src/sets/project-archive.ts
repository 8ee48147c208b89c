/** @file Labelled images to labelled latents: every image of the table is projected once, and failures are kept with their reasons. */

import { decodeImage, resizeRgb, type ZipArchive } from '@colloid/formats';
import {
  buildChain,
  type GeneratorModel,
  type ImageLabel,
  type ImageSource,
  type LabelledLatents,
  openChain,
  parseImageLabels,
  projectImages,
  type ProjectionOptions,
  type ProjectionResult,
  type RecogniserModel,
  type Runtime,
} from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { withArchive } from './archive.ts';
import { setFile } from './making.ts';
import type { CovariateSource } from './source.ts';
import type { StoredProjection } from './stored.ts';

/** Images that are projected together. */
const BATCH = 8;

export interface ProjectArchiveOptions {
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
  readonly source: Extract<CovariateSource, { readonly kind: 'IMAGES' }>;
  readonly signal: AbortSignal;
  /** Seconds from any origin. */
  readonly clock: () => number;
  /** Told the share of the work that is done, 0 to 1. */
  readonly onProgress: (share: number) => Promise<void>;
  /** How images are projected. @default as published */
  readonly projection?: ProjectionOptions;
}

/** What there is to fit directions to, and how the images came to it. */
export interface ProjectedArchive {
  readonly latents: LabelledLatents;
  readonly projection: StoredProjection;
}

/**
 * Projects the images that the table names. One that is missing, damaged, of other proportions than the generator's, or too far from its
 * projection is left out of the latents, which may then be none, and stands in the report with the reason.
 */
export async function projectArchive(options: ProjectArchiveOptions): Promise<ProjectedArchive> {
  const { store, runtime, generator, recogniser, source, clock } = options;
  const labels = parseImageLabels(new TextDecoder().decode(await setFile(store, source.labels)));
  const files = [...new Set(labels.map(({ file }) => file))];
  const begun = clock();
  const chain = await openChain(runtime, buildChain({ generator, recogniser }), {
    batchSize: BATCH,
    signal: options.signal,
  });
  try {
    const result = await withArchive(store, source.images, (archive) =>
      project(options, { sessions: chain, images: imagesOf(archive, files, generator) }),
    );
    return collect({
      labels,
      files,
      result,
      latentDim: generator.latentDim,
      seconds: clock() - begun,
    });
  } finally {
    await chain.close();
  }
}

async function project(
  { signal, clock, onProgress, projection = {} }: ProjectArchiveOptions,
  at: { readonly sessions: Parameters<typeof projectImages>[0]; readonly images: ImageSource },
): Promise<ProjectionResult> {
  const projecting = projectImages(at.sessions, at.images, projection, { signal });
  let toldAt = Number.NEGATIVE_INFINITY;
  let step = await projecting.next();
  while (step.done !== true) {
    const { done, total, step: stepOf, steps } = step.value;
    if (clock() - toldAt >= 1) {
      toldAt = clock();
      await onProgress(
        Math.min(1, (done + (stepOf / steps) * Math.min(BATCH, total - done)) / total),
      );
    }
    step = await projecting.next();
  }
  return step.value;
}

/** The images of the table, decoded one at a time. */
function imagesOf(
  archive: ZipArchive,
  files: readonly string[],
  { image: size }: GeneratorModel,
): ImageSource {
  return {
    count: files.length,
    load: async (index) => {
      const name = findName(archive.names, files[index] ?? '');
      if (name === null) return { failure: 'The archive has no such file.' };
      try {
        const image = await decodeImage(await archive.read(name));
        if (image.width * size.height !== image.height * size.width) {
          return {
            failure: `It has ${image.width} × ${image.height} pixels, and the generator’s images ${size.width} × ${size.height}; crop it to their framing.`,
          };
        }
        return (await resizeRgb(image, size)).pixels;
      } catch (error) {
        return { failure: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** The path itself, or the only one that ends with it: archives often have everything in one folder. */
function findName(names: readonly string[], file: string): string | null {
  if (names.includes(file)) return file;
  const [found, another] = names.filter((name) => name.endsWith(`/${file}`));
  return found !== undefined && another === undefined ? found : null;
}

/** One latent per label of an image that was found, and one line of the report per label. */
function collect(parts: {
  readonly labels: readonly ImageLabel[];
  readonly files: readonly string[];
  readonly result: ProjectionResult;
  readonly latentDim: number;
  readonly seconds: number;
}): ProjectedArchive {
  const { labels, files, result, latentDim, seconds } = parts;
  const indexOf = new Map(files.map((file, index) => [file, index]));
  const reports = labels.map((label) => {
    const { file, identity, covariate, class: name } = label;
    const image = result.images[indexOf.get(file) ?? -1];
    return {
      file,
      identity,
      covariate,
      class: name,
      pixelResidual: image?.pixelResidual ?? null,
      theta: image?.theta ?? null,
      failure: image === undefined ? 'It was not projected.' : image.failure,
    };
  });
  const used = labels.filter((_, row) => reports[row]?.failure === null);
  const latents = new Float32Array(used.length * latentDim);
  used.forEach(({ file }, row) => {
    const index = indexOf.get(file) ?? 0;
    latents.set(
      result.latents.subarray(index * latentDim, (index + 1) * latentDim),
      row * latentDim,
    );
  });
  return {
    latents: { latents, latentDim, labels: used },
    projection: { images: reports, steps: result.steps, seconds },
  };
}
