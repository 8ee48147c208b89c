/** @file Recipes: what a run computes, immutable and versioned by name. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { recipeEntity } from '../audit/entities.ts';
import { requireRole, visibleTeams } from '../authorise.ts';
import { canonicalJson, sha256 } from '../canonical-json.ts';
import type { ServiceContext } from '../context.ts';
import type { Prisma, Recipe } from '../generated/client.ts';
import { cleanIds, inIdOrder } from '../in-order.ts';
import { checkText } from '../names.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isUuid, readDescending } from '../paging/single-key.ts';
import { resolveRecipeSets, type RecipeSetNames } from './recipe-sets.ts';
import { requireModel } from './require-model.ts';

/** Recipes. */
export interface RecipeService {
  /**
   * Adds a version under `name`. The latest version is returned where nothing changed.
   * The definition has been validated by the caller, who also tells which sets it names.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (model of the wrong kind, of another team, or not READY; set that is not there,
   *   not READY, or of another model)
   */
  createRecipe(
    input: RecipeSetNames & {
      readonly actor: Actor;
      readonly teamId: string;
      readonly name: string;
      readonly definition: Prisma.InputJsonObject;
      readonly generatorVersionId: string;
      readonly recogniserVersionId: string;
    },
  ): Promise<Recipe>;
  /** One recipe or null per id. */
  recipesByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Recipe | null)[]>;
  /** The team's recipes, newest first. */
  listRecipes(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly page?: PageRequest;
  }): Promise<Page<Recipe>>;
  countRecipes(input: { readonly actor: Actor; readonly teamId: string }): Promise<number>;
}

/** Makes the service of recipes. */
export function createRecipeService({ prisma }: ServiceContext): RecipeService {
  return {
    createRecipe: (input) =>
      change(prisma, input.actor, async (tx) => {
        const { actor, teamId, definition, generatorVersionId, recogniserVersionId } = input;
        await requireRole(tx, { actor, teamId, action: 'recipe.create' });
        const name = checkText(input.name, 'name', 100);
        await requireModel(tx, { teamId, id: generatorVersionId, kind: 'GENERATOR' });
        await requireModel(tx, { teamId, id: recogniserVersionId, kind: 'RECOGNISER' });
        const sets = await resolveRecipeSets(tx, input);
        // Numbers under one name are given one at a time.
        await tx.$queryRaw`SELECT 1 FROM "team" WHERE "id" = ${teamId}::uuid FOR NO KEY UPDATE`;
        const latest = await tx.recipe.findFirst({
          where: { teamId, name },
          orderBy: { version: 'desc' },
        });
        const digest = sha256(canonicalJson(definition));
        const content = { digest, generatorVersionId, recogniserVersionId, ...sets };
        if (latest !== null && isSame(latest, content)) return latest;
        const recipe = await tx.recipe.create({
          data: {
            ...content,
            teamId,
            name,
            definition,
            version: (latest?.version ?? 0) + 1,
            createdById: actor.userId,
          },
        });
        const after = { digest, generatorVersionId, recogniserVersionId };
        recordChange(tx, { teamId, action: 'recipe.create', entity: recipeEntity(recipe), after });
        return recipe;
      }),

    async recipesByIds({ actor, ids }) {
      const rows = await prisma.recipe.findMany({
        where: { id: { in: cleanIds(ids) }, team: visibleTeams(actor, 'recipe.read') },
      });
      return inIdOrder(ids, rows);
    },

    async listRecipes({ actor, teamId, page = {} }) {
      await requireRole(prisma, { actor, teamId, action: 'recipe.read' });
      return readDescending(page, {
        keyOf: (recipe: Recipe) => recipe.id,
        isKey: isUuid,
        find: ({ key, order, take }) =>
          prisma.recipe.findMany({ where: { teamId, id: key }, orderBy: { id: order }, take }),
      });
    },

    async countRecipes({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'recipe.read' });
      return prisma.recipe.count({ where: { teamId } });
    },
  };
}

type RecipeContent = Pick<
  Recipe,
  'digest' | 'generatorVersionId' | 'recogniserVersionId' | 'galleryId' | 'covariateSetId'
>;

function isSame(a: RecipeContent, b: RecipeContent): boolean {
  return (
    a.digest === b.digest &&
    a.generatorVersionId === b.generatorVersionId &&
    a.recogniserVersionId === b.recogniserVersionId &&
    a.galleryId === b.galleryId &&
    a.covariateSetId === b.covariateSetId
  );
}
