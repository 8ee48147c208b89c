/** @file The covariate set that comes with the built-in generator: how its files are made, and how a team gets them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Catalog } from '@colloid/catalog';
import { BUILT_IN_COVARIATE_LABELS, builtInCovariates, labelledRenders } from '@colloid/models';
import { type CovariateDirections, fitCovariates } from '@colloid/sampler';
import { type ObjectStore, putContent } from '@colloid/storage';

import { toJson } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import { type StoredDirection, ZStoredDirections } from './stored.ts';

/** Names of the files in the folder of the set. */
export const BUILT_IN_FILES = {
  directions: 'directions.json',
  strips: 'strips.json',
  strip: (index: number): string => `strip-${index}.webp`,
} as const;

/** Fits the directions anew: the same to rounding on every machine. */
export async function fitBuiltInCovariates(): Promise<CovariateDirections> {
  const { latents, labels } = labelledRenders(BUILT_IN_COVARIATE_LABELS);
  return fitCovariates({
    latents,
    latentDim: latents.length / labels.length,
    labels: labels.map(({ identity, covariate, class: name }) => ({
      identity: String(identity).padStart(6, '0'),
      covariate,
      class: name,
    })),
  });
}

/**
 * Gives a team the set; one that is there already stays as it is.
 *
 * @param options.generators ids of the team's built-in generators by name
 */
export async function installBuiltInCovariates(options: {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly teamId: string;
  readonly generators: ReadonlyMap<string, string>;
}): Promise<void> {
  const { catalog, store, teamId, generators } = options;
  const { name, version, description, licence, generator } = builtInCovariates;
  const generatorVersionId = generators.get(generator);
  if (generatorVersionId === undefined) {
    throw new Error(`internal error: the generator ${generator} of ${name} is not built in`);
  }
  const bytes = await readBuiltIn(BUILT_IN_FILES.directions);
  const { digest, key: objectKey } = await putContent(store, bytes, {
    contentType: 'application/json',
  });
  const described = ZStoredDirections.parse(
    JSON.parse(new TextDecoder().decode(await readBuiltIn(BUILT_IN_FILES.strips))),
  );
  const directions: StoredDirection[] = [];
  for (const [index, direction] of described.entries()) {
    const image = await readBuiltIn(BUILT_IN_FILES.strip(index));
    const { key } = await putContent(store, image, { contentType: 'image/webp' });
    directions.push({ ...direction, strip: { ...direction.strip, objectKey: key } });
  }
  await catalog.covariateSets.ensureBuiltInCovariateSet({
    teamId,
    name,
    version,
    description,
    licence,
    generatorVersionId,
    source: { kind: 'BUILT_IN' },
    digest,
    objectKey,
    directions: directions.map((direction) => toJson(direction) as object),
  });
}

async function readBuiltIn(file: string): Promise<Uint8Array> {
  return readFile(join(builtInCovariates.folder, file)).catch((cause: unknown) => {
    throw new PipelineError(
      'SET_FILE_MISSING',
      `The built-in covariate set lacks its file ${file}; this installation is incomplete, so fetch it again.`,
      { cause },
    );
  });
}
