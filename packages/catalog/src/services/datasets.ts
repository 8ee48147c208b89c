/** @file Datasets: what a team collects versions in. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { datasetEntity } from '../audit/entities.ts';
import { requireRole, teamDatasets, visibleDatasets } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError } from '../errors.ts';
import type { Dataset, Visibility } from '../generated/client.ts';
import { cleanIds, inIdOrder } from '../in-order.ts';
import { checkLength, checkSlug, checkText } from '../names.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isUuid, readDescending } from '../paging/single-key.ts';

/** Most tags of a dataset. */
const MAX_TAGS = 20;

/** Datasets. */
export interface DatasetService {
  /** @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID, CONFLICT (slug taken in the team) */
  createDataset(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly slug: string;
    readonly title: string;
    readonly description?: string | null | undefined;
    readonly tags?: readonly string[] | null | undefined;
    /** @default 'TEAM' */
    readonly visibility?: Visibility | null | undefined;
  }): Promise<Dataset>;
  datasetBySlug(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly slug: string;
  }): Promise<Dataset | null>;
  /** One dataset or null per id. */
  datasetsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Dataset | null)[]>;
  /** The team's datasets, newest first. */
  listDatasets(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly page?: PageRequest;
  }): Promise<Page<Dataset>>;
  countDatasets(input: { readonly actor: Actor; readonly teamId: string }): Promise<number>;
}

/** Makes the service of datasets. */
export function createDatasetService({ prisma }: ServiceContext): DatasetService {
  return {
    async createDataset(input) {
      try {
        return await change(prisma, input.actor, async (tx) => {
          const { actor, teamId, slug } = input;
          await requireRole(tx, { actor, teamId, action: 'dataset.create' });
          checkSlug(slug);
          const data = {
            teamId,
            slug,
            title: checkText(input.title, 'title'),
            description: checkLength(input.description ?? '', 'description', 10_000),
            tags: checkTags(input.tags ?? []),
            visibility: input.visibility ?? 'TEAM',
            createdById: actor.userId,
          };
          const dataset = await tx.dataset.create({ data });
          recordChange(tx, {
            teamId,
            action: 'dataset.create',
            entity: datasetEntity(dataset),
            after: data,
          });
          return dataset;
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new CatalogError(
          'CONFLICT',
          `The team already has a dataset at '${input.slug}'; choose another address.`,
          { path: ['slug'], cause: error },
        );
      }
    },

    datasetBySlug: async ({ actor, teamId, slug }) =>
      isUuid(teamId)
        ? prisma.dataset.findFirst({ where: { AND: [{ teamId, slug }, visibleDatasets(actor)] } })
        : null,

    async datasetsByIds({ actor, ids }) {
      const where = { AND: [{ id: { in: cleanIds(ids) } }, visibleDatasets(actor)] };
      return inIdOrder(ids, await prisma.dataset.findMany({ where }));
    },

    listDatasets: async ({ actor, teamId, page = {} }) => {
      await requireRole(prisma, { actor, teamId, action: 'dataset.read' });
      return readDescending(page, {
        keyOf: (dataset: Dataset) => dataset.id,
        isKey: isUuid,
        find: ({ key, order, take }) =>
          prisma.dataset.findMany({
            where: { AND: [{ teamId, id: key }, teamDatasets(actor)] },
            orderBy: { id: order },
            take,
          }),
      });
    },

    async countDatasets({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'dataset.read' });
      return prisma.dataset.count({ where: { AND: [{ teamId }, teamDatasets(actor)] } });
    },
  };
}

function checkTags(tags: readonly string[]): string[] {
  const clean = [...new Set(tags.map((tag) => checkText(tag, 'tags', 40)))];
  if (clean.length <= MAX_TAGS) return clean;
  throw new CatalogError(
    'INVALID',
    `The dataset has ${clean.length} tags; keep it to ${MAX_TAGS}.`,
    { path: ['tags'] },
  );
}
