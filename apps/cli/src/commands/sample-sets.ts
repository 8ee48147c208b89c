/** @file The files that stand in for the sets which a recipe names, since the command line knows no catalog. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { builtInCovariates } from '@colloid/models';
import { type RunSets, unitRowsOf } from '@colloid/pipeline';
import {
  type CovariateDirections,
  decodeCovariateDirections,
  type GeneratorModel,
  type Recipe,
  type RecogniserModel,
} from '@colloid/sampler';

import { CliError } from '../errors.ts';

/** Paths from the command line. */
export interface SetFiles {
  /** Embeddings, float32 [M, E] in an npy file. */
  readonly gallery?: string;
  /** Covariate directions, as JSON. */
  readonly covariates?: string;
}

/**
 * Reads the files of the sets that the recipe names.
 *
 * @throws {CliError} `INVALID_RECIPE` where recipe and files do not go together, or a file cannot be read
 */
export async function readSets(
  recipe: Recipe,
  files: SetFiles,
  models: { readonly generator: GeneratorModel; readonly recogniser: RecogniserModel },
): Promise<RunSets> {
  const { references, variations } = recipe;
  const { generator, recogniser } = models;
  const gallery = await readSet({
    what: 'gallery',
    name: references.algorithm === 'langevin' ? references.gallery : null,
    file: files.gallery,
    where: 'references.gallery, with references.parameters.constantDistance',
  });
  const name = variations === null || !('covariates' in variations) ? null : variations.covariates;
  const covariatesFile = files.covariates ?? builtInFile(name, generator);
  const covariates = await readSet({
    what: 'covariates',
    name,
    file: covariatesFile,
    where: "variations.covariates, with the algorithm 'disco' or 'covariates'",
  });
  return {
    gallery: gallery && {
      digest: gallery.digest,
      labelsDigest: null,
      people: null,
      data: unitRowsOf(gallery.bytes, {
        width: recogniser.embeddingDim,
        of: `the recogniser '${recogniser.name}'`,
      }).rows,
    },
    covariates: covariates && {
      digest: covariates.digest,
      data: directionsOf(covariates.bytes, generator, covariatesFile ?? ''),
    },
  };
}

/** The file of the set that comes with Colloid, where the recipe names that one. */
function builtInFile(named: string | null, { name }: GeneratorModel): string | undefined {
  const { generator, folder, ...set } = builtInCovariates;
  if (named !== `${set.name}@${set.version}`) return undefined;
  if (name === generator) return join(folder, 'directions.json');
  throw new CliError(
    'INVALID_RECIPE',
    `The recipe names the covariates '${named}', which belong to the generator '${generator}'; give the file of a set of '${name}' with --covariates.`,
  );
}

interface NamedSet {
  readonly what: 'gallery' | 'covariates';
  /** As the recipe names it. */
  readonly name: string | null;
  readonly file: string | undefined;
  /** Where a recipe names one. */
  readonly where: string;
}

async function readSet({
  what,
  name,
  file,
  where,
}: NamedSet): Promise<{ readonly digest: string; readonly bytes: Uint8Array } | null> {
  if (name === null) {
    if (file === undefined) return null;
    throw new CliError(
      'INVALID_RECIPE',
      `The recipe names no ${what}, so that --${what} would have no effect; name it (name@version) in ${where}, or leave --${what} out.`,
    );
  }
  if (file === undefined) {
    throw new CliError(
      'INVALID_RECIPE',
      `The recipe names the ${what} '${name}', which this command cannot look up; give its file with --${what}.`,
    );
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new CliError('INVALID_RECIPE', `The ${what} ${file} cannot be read; check its path.`, {
      cause,
    });
  });
  return { digest: createHash('sha256').update(bytes).digest('hex'), bytes };
}

function directionsOf(
  bytes: Uint8Array,
  generator: GeneratorModel,
  file: string,
): CovariateDirections {
  const directions = decodeCovariateDirections(bytes);
  if (directions.latentDim === generator.latentDim) return directions;
  throw new CliError(
    'INVALID_RECIPE',
    `The covariates ${file} are for latents of ${directions.latentDim} numbers, and those of the generator '${generator.name}' have ${generator.latentDim}; use a set of that generator.`,
  );
}
