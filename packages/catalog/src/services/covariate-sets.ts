/** @file Covariate sets: directions for one generator version with their statistics and source. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import { covariateSetEntity } from '../audit/entities.ts';
import { requireRole, visibleTeams } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import type { CovariateSet, Prisma } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { cleanIds, inIdOrder } from '../in-order.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isUuid, readDescending } from '../paging/single-key.ts';
import { requireModel } from './require-model.ts';
import { checkSetName, nameIsTaken, submitSet } from './sets.ts';
import type { EnqueueSet, NewSet, SetKind, SetName } from './sets.ts';

/** A covariate set to be made. */
export interface NewCovariateSet extends NewSet {
  /** The generator whose latents the directions are for. */
  readonly generatorVersionId: string;
  /** The recogniser whose embedding distance projection minimises; only where labelled images are projected. */
  readonly recogniserVersionId?: string | null | undefined;
}

/** A set whose content is known already, because it comes with a model. */
export interface BuiltInCovariateSet extends Omit<NewCovariateSet, 'recogniserVersionId'> {
  readonly digest: string;
  readonly objectKey: string;
  readonly directions: Prisma.InputJsonValue;
}

/** Covariate sets. */
export interface CovariateSetService {
  /**
   * Registers a set as CHECKING and enqueues its making. The same source again returns the set that is there; a REFUSED one may be
   * replaced, since nothing can have used it.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (name and version are taken), INVALID (name, or a model that is not READY)
   */
  registerCovariateSet(
    input: NewCovariateSet & { readonly actor: Actor },
    enqueue: EnqueueSet,
  ): Promise<CovariateSet>;
  /** As registerCovariateSet for the sets that come with Colloid's models; trusted, no actor. READY at once. */
  ensureBuiltInCovariateSet(input: BuiltInCovariateSet): Promise<CovariateSet>;
  /** Throws what registerCovariateSet would, before anybody sends gigabytes. @throws CatalogError NOT_FOUND, FORBIDDEN */
  requireRegistrar(input: { readonly actor: Actor; readonly teamId: string }): Promise<void>;
  /** One set or null per id. */
  covariateSetsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(CovariateSet | null)[]>;
  /** The set, or null where there is none that the actor may see. */
  covariateSetByName(input: SetName & { readonly actor: Actor }): Promise<CovariateSet | null>;
  /** The team's sets in every state, newest first. */
  listCovariateSets(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly page?: PageRequest;
  }): Promise<Page<CovariateSet>>;
  countCovariateSets(input: { readonly actor: Actor; readonly teamId: string }): Promise<number>;
}

/** Makes the service of covariate sets. */
export function createCovariateSetService({ prisma }: ServiceContext): CovariateSetService {
  return {
    registerCovariateSet: ({ actor, ...set }, enqueue) =>
      change(prisma, actor, async (tx) => {
        const { teamId, generatorVersionId, recogniserVersionId } = set;
        await requireRole(tx, { actor, teamId, action: 'covariates.register' });
        checkSetName(set);
        await requireModel(tx, { teamId, id: generatorVersionId, kind: 'GENERATOR' });
        if (isGiven(recogniserVersionId)) {
          await requireModel(tx, { teamId, id: recogniserVersionId, kind: 'RECOGNISER' });
        }
        const models = { generatorVersionId, recogniserVersionId: recogniserVersionId ?? null };
        return submitSet(tx, COVARIATE_SET, { set, models, actor, enqueue });
      }),

    async ensureBuiltInCovariateSet(set) {
      checkSetName(set);
      const { teamId, name, version } = set;
      const where = { teamId_name_version: { teamId, name, version } };
      const sameOrConflict = (row: CovariateSet): CovariateSet => {
        if (row.digest === set.digest) return row;
        throw nameIsTaken('covariate set', row);
      };
      const existing = await prisma.covariateSet.findUnique({ where });
      if (existing !== null) return sameOrConflict(existing);
      try {
        return await prisma.covariateSet.create({
          data: {
            ...set,
            description: set.description ?? '',
            licence: set.licence ?? null,
            isBuiltIn: true,
            state: 'READY',
            progress: 1,
            checkedAt: new Date(),
          },
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        return sameOrConflict(await prisma.covariateSet.findUniqueOrThrow({ where }));
      }
    },

    async requireRegistrar({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'covariates.register' });
    },

    async covariateSetsByIds({ actor, ids }) {
      const rows = await prisma.covariateSet.findMany({
        where: { id: { in: cleanIds(ids) }, team: visibleTeams(actor, 'covariates.read') },
      });
      return inIdOrder(ids, rows);
    },

    async covariateSetByName({ actor, ...key }) {
      await requireRole(prisma, { actor, teamId: key.teamId, action: 'covariates.read' });
      return prisma.covariateSet.findUnique({ where: { teamId_name_version: key } });
    },

    async listCovariateSets({ actor, teamId, page = {} }) {
      await requireRole(prisma, { actor, teamId, action: 'covariates.read' });
      return readDescending(page, {
        keyOf: (set: CovariateSet) => set.id,
        isKey: isUuid,
        find: ({ key, order, take }) =>
          prisma.covariateSet.findMany({
            where: { teamId, id: key },
            orderBy: { id: order },
            take,
          }),
      });
    },

    async countCovariateSets({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'covariates.read' });
      return prisma.covariateSet.count({ where: { teamId } });
    },
  };
}

interface CovariateModels {
  readonly [key: string]: string | null;
  readonly generatorVersionId: string;
  readonly recogniserVersionId: string | null;
}

const COVARIATE_SET: SetKind<CovariateSet, CovariateModels> = {
  what: 'covariate set',
  action: 'covariates.register',
  entity: covariateSetEntity,
  modelsOf: ({ generatorVersionId, recogniserVersionId }) => ({
    generatorVersionId,
    recogniserVersionId,
  }),
  find: (tx, key) => tx.covariateSet.findUnique({ where: { teamId_name_version: key } }),
  create: (tx, data) => tx.covariateSet.create({ data }),
  replace: (tx, id, data) => tx.covariateSet.update({ where: { id }, data }),
};
