/** @file What happens to a model version after it has been registered: it is checked again, or removed. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { modelEntity } from '../audit/entities.ts';
import { requireRole, visibleTeams } from '../authorise.ts';
import { lendTransaction, type Db, type ServiceContext } from '../context.ts';
import { CatalogError } from '../errors.ts';
import { Prisma, type ModelVersion } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';
import type { EnqueueModelCheck } from './models.ts';

/** Changes of model versions. */
export interface ModelChangeService {
  /**
   * Makes a version that has been checked CHECKING and enqueues its check, by the Colloid that runs now; its report goes until the new one is
   * there. One that is being checked stays as it is.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (it comes with Colloid)
   */
  recheckModelVersion(
    input: { readonly actor: Actor; readonly modelVersionId: string },
    enqueue: EnqueueModelCheck,
  ): Promise<ModelVersion>;
  /**
   * Removes a version that no recipe, gallery, covariate set or import refers to, and returns what it was. Its files stay in the object store.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (it comes with Colloid), CONFLICT (it is in use, with what uses it)
   */
  removeModelVersion(input: {
    readonly actor: Actor;
    readonly modelVersionId: string;
  }): Promise<ModelVersion>;
}

/** Makes the service of changes of model versions. */
export function createModelChangeService({ prisma }: ServiceContext): ModelChangeService {
  return {
    recheckModelVersion: ({ actor, modelVersionId }, enqueue) =>
      change(prisma, actor, async (tx) => {
        const model = await lockModel(tx, { actor, modelVersionId, action: 'model.register' });
        requireOwn(model, 'checked again: its own tests do that');
        if (model.state === 'CHECKING') return model;
        const { id, state, refusal, teamId } = model;
        const row = await tx.modelVersion.update({
          where: { id },
          data: { state: 'CHECKING', refusal: null, checkedAt: null, report: Prisma.DbNull },
        });
        const before = { state, refusal };
        recordChange(tx, { teamId, action: 'model.recheck', entity: modelEntity(row), before });
        await enqueue(lendTransaction(tx), id);
        return row;
      }),

    removeModelVersion: ({ actor, modelVersionId }) =>
      change(prisma, actor, async (tx) => {
        const model = await lockModel(tx, { actor, modelVersionId, action: 'model.remove' });
        requireOwn(model, 'removed');
        const users = await usersOf(tx, model);
        if (users.length > 0) throw inUse(model, users, 'removed');
        await tx.modelVersion.delete({ where: { id: model.id } });
        const { teamId, kind, digest, licence, state } = model;
        const before = { kind, digest, licence, state };
        recordChange(tx, { teamId, action: 'model.remove', entity: modelEntity(model), before });
        return model;
      }),
  };
}

/** What refers to a version, as "the recipe 'a' 2", at most one of each kind and a count. */
export async function usersOf(tx: Db, { id }: Pick<ModelVersion, 'id'>): Promise<string[]> {
  const byModel = { OR: [{ generatorVersionId: id }, { recogniserVersionId: id }] };
  const byRecogniser = { recogniserVersionId: id };
  const select = { name: true, version: true } as const;
  const orderBy = { id: 'asc' } as const;
  const kinds = [
    {
      one: 'recipe',
      many: 'recipes',
      first: await tx.recipe.findFirst({ where: byModel, select, orderBy }),
      count: await tx.recipe.count({ where: byModel }),
    },
    {
      one: 'gallery',
      many: 'galleries',
      first: await tx.gallery.findFirst({ where: byRecogniser, select, orderBy }),
      count: await tx.gallery.count({ where: byRecogniser }),
    },
    {
      one: 'covariate set',
      many: 'covariate sets',
      first: await tx.covariateSet.findFirst({ where: byModel, select, orderBy }),
      count: await tx.covariateSet.count({ where: byModel }),
    },
  ];
  const imports = await tx.runImport.count({ where: byRecogniser });
  return [
    ...kinds.flatMap(({ one, many, first, count }) => {
      if (first === null) return [];
      const rest = count > 2 ? ` and ${count - 1} other ${many}` : count > 1 ? ` and 1 other` : '';
      return [`the ${one} '${first.name}' ${first.version}${rest}`];
    }),
    ...(imports === 0 ? [] : [imports === 1 ? 'an import' : `${imports} imports`]),
  ];
}

/** Why a version stays as it is. */
export function inUse(
  { name, version }: ModelVersion,
  users: readonly string[],
  done: 'removed' | 'replaced',
): CatalogError {
  return new CatalogError(
    'CONFLICT',
    `The model '${name}' ${version} is used by ${users.join(', ')}, and what is used is never ${done}; register other files under a new version.`,
    { path: ['modelVersionId'] },
  );
}

/** The row, locked against whatever would begin to refer to it. */
async function lockModel(
  tx: Db,
  wanted: {
    readonly actor: Actor;
    readonly modelVersionId: string;
    readonly action: 'model.register' | 'model.remove';
  },
): Promise<ModelVersion> {
  const { actor, modelVersionId: id, action } = wanted;
  if (isUuid(id)) {
    await tx.$queryRaw`SELECT 1 FROM "model_version" WHERE "id" = ${id}::uuid FOR UPDATE`;
    const model = await tx.modelVersion.findFirst({
      where: { id, team: visibleTeams(actor, 'model.read') },
    });
    if (model !== null) {
      await requireRole(tx, { actor, teamId: model.teamId, action });
      return model;
    }
  }
  throw new CatalogError('NOT_FOUND', 'There is no such model; it may have been removed.', {
    path: ['modelVersionId'],
  });
}

function requireOwn({ isBuiltIn, name, version }: ModelVersion, done: string): void {
  if (!isBuiltIn) return;
  throw new CatalogError(
    'INVALID',
    `The model '${name}' ${version} comes with Colloid and cannot be ${done}.`,
    { path: ['modelVersionId'] },
  );
}
