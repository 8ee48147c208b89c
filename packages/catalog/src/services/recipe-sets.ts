/** @file From the names of sets in a recipe to their rows, or to the reason why a recipe cannot use them. */

import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { SetState } from '../generated/client.ts';
import { referenceOf } from './sets.ts';

/** Sets that a recipe names as name@version; null where it needs none. */
export interface RecipeSetNames {
  /** `references.gallery` of the recipe. */
  readonly gallery?: string | null | undefined;
  /** `variations.covariates` of the recipe. */
  readonly covariates?: string | null | undefined;
}

/** Alternatives that a refusal lists. */
const MOST_LISTED = 5;

/** A set as far as its fitness for a recipe goes. */
interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly state: SetState;
  readonly modelVersionId: string;
  readonly model: { readonly name: string; readonly version: string };
}

/**
 * The ids of both sets, null for one that is not named.
 *
 * @throws CatalogError INVALID naming the parameter and what it would accept, for a set that does not exist, is not READY, or belongs
 *   to another model than the recipe's
 */
export async function resolveRecipeSets(
  db: Db,
  input: RecipeSetNames & {
    readonly teamId: string;
    readonly generatorVersionId: string;
    readonly recogniserVersionId: string;
  },
): Promise<{ readonly galleryId: string | null; readonly covariateSetId: string | null }> {
  const { teamId, generatorVersionId, recogniserVersionId } = input;
  const model = { select: { name: true, version: true } } as const;
  const select = { id: true, name: true, version: true, state: true } as const;
  let galleryId: string | null = null;
  if (typeof input.gallery === 'string') {
    const rows = await db.gallery.findMany({
      where: { teamId },
      select: { ...select, recogniserVersionId: true, recogniserVersion: model },
      orderBy: { id: 'desc' },
    });
    galleryId = chooseSet(
      rows.map(
        ({ recogniserVersionId: modelVersionId, recogniserVersion, id, name, version, state }) => ({
          id,
          name,
          version,
          state,
          modelVersionId,
          model: recogniserVersion,
        }),
      ),
      {
        path: ['references', 'gallery'],
        wanted: input.gallery,
        what: 'gallery',
        ofModel: 'recogniser',
        model: await db.modelVersion.findUniqueOrThrow({ where: { id: recogniserVersionId } }),
      },
    );
  }
  let covariateSetId: string | null = null;
  if (typeof input.covariates === 'string') {
    const rows = await db.covariateSet.findMany({
      where: { teamId },
      select: { ...select, generatorVersionId: true, generatorVersion: model },
      orderBy: { id: 'desc' },
    });
    covariateSetId = chooseSet(
      rows.map(
        ({ generatorVersionId: modelVersionId, generatorVersion, id, name, version, state }) => ({
          id,
          name,
          version,
          state,
          modelVersionId,
          model: generatorVersion,
        }),
      ),
      {
        path: ['variations', 'covariates'],
        wanted: input.covariates,
        what: 'covariate set',
        ofModel: 'generator',
        model: await db.modelVersion.findUniqueOrThrow({ where: { id: generatorVersionId } }),
      },
    );
  }
  return { galleryId, covariateSetId };
}

function chooseSet(
  sets: readonly Candidate[],
  choice: {
    readonly path: readonly string[];
    readonly wanted: string;
    readonly what: string;
    readonly ofModel: 'generator' | 'recogniser';
    readonly model: { readonly id: string; readonly name: string; readonly version: string };
  },
): string {
  const { path, wanted, what, ofModel, model } = choice;
  const parameter = path.join('.');
  const fitting = sets
    .filter((set) => set.state === 'READY' && set.modelVersionId === model.id)
    .map(referenceOf);
  const accepted =
    fitting.length === 0
      ? `the team has no ${what} of the ${ofModel} '${referenceOf(model)}' that is READY, so register one first`
      : `for the ${ofModel} '${referenceOf(model)}' it accepts ${fitting.slice(0, MOST_LISTED).join(', ')}${fitting.length > MOST_LISTED ? ' and others' : ''}`;
  const refuse = (reason: string): CatalogError =>
    new CatalogError('INVALID', `'${parameter}' names '${wanted}', ${reason}; ${accepted}.`, {
      path: ['definition', ...path],
    });
  const found = sets.find((set) => referenceOf(set) === wanted);
  if (found === undefined) throw refuse(`and the team has no such ${what}`);
  if (found.modelVersionId !== model.id) {
    throw refuse(`a ${what} of the ${ofModel} '${referenceOf(found.model)}'`);
  }
  if (found.state !== 'READY') {
    throw refuse(`a ${what} that is ${found.state}, and only READY ones can be used`);
  }
  return found.id;
}
