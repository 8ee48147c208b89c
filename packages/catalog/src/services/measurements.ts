/** @file Measurements of versions that exist already, as people ask for them and read them. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { versionEntity } from '../audit/entities.ts';
import { requireScope, teamDatasets, visibleDatasets } from '../authorise.ts';
import type { Db, ServiceContext } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { DatasetVersion, Gallery, Measurement, Prisma } from '../generated/client.ts';
import { cleanIds, groupInOrder } from '../in-order.ts';
import { measuredMetrics } from '../measurements/measured-metrics.ts';
import {
  requestMeasurement,
  type EnqueueMeasurement,
} from '../measurements/request-measurement.ts';
import { isUuid } from '../paging/single-key.ts';
import { requireVersion } from './version-role.ts';

/** Most galleries of one request. */
export const MAX_MEASURED_GALLERIES = 20;

/** Measurements. */
export interface MeasurementService {
  /**
   * Has a version measured: without galleries alone, with galleries against each of them. What waits, goes on or is done is left as
   * it is; what failed begins anew.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (too many galleries), CONFLICT (no embeddings, recognisers that cannot be compared)
   */
  measureVersion(
    input: {
      readonly actor: Actor;
      readonly versionId: string;
      readonly galleryIds: readonly string[];
    },
    enqueue: EnqueueMeasurement,
  ): Promise<DatasetVersion>;
  /** The measurements of each version: that of it alone first, then by gallery, oldest first. Only for members of the team. */
  measurementsOfVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<Measurement[][]>;
  /** What was measured of each version alone, after it was made; null where nothing was, or the actor may not see the version. */
  measuredOfVersions(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Prisma.JsonObject | null)[]>;
}

/** Makes the service of measurements. */
export function createMeasurementService({ prisma }: ServiceContext): MeasurementService {
  return {
    measureVersion: ({ actor, versionId, galleryIds }, enqueue) =>
      change(prisma, actor, async (tx) => {
        const { version, teamId } = await requireVersion(tx, {
          actor,
          versionId,
          action: 'version.measure',
        });
        const galleries = await requireGalleries(tx, { actor, teamId, galleryIds });
        const { datasetId } = version;
        // Two people who ask for the same one at once: the second one finds the first one's row.
        await tx.$queryRaw`SELECT 1 FROM "dataset" WHERE "id" = ${datasetId}::uuid FOR NO KEY UPDATE`;
        for (const gallery of galleries.length === 0 ? [null] : galleries) {
          const askedById = actor.userId;
          const request = { version, gallery, askedById, enqueue };
          if (!(await requestMeasurement(tx, request)).isBegun) continue;
          recordChange(tx, {
            teamId,
            action: 'version.measure',
            entity: await versionEntity(tx, version),
            after: { gallery: gallery === null ? null : `${gallery.name}@${gallery.version}` },
          });
        }
        return version;
      }),

    async measurementsOfVersions({ actor, versionIds }) {
      requireScope(actor, 'version.read');
      const rows = await prisma.measurement.findMany({
        where: {
          versionId: { in: cleanIds(versionIds) },
          version: { dataset: teamDatasets(actor) },
        },
        orderBy: [{ galleryId: { sort: 'asc', nulls: 'first' } }],
      });
      const [alone, against] = [
        rows.filter(({ galleryId }) => galleryId === null),
        rows.filter(({ galleryId }) => galleryId !== null),
      ];
      const inTime = against.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
      return groupInOrder(versionIds, [...alone, ...inTime], (row) => row.versionId);
    },

    async measuredOfVersions({ actor, ids }) {
      const dataset = visibleDatasets(actor, 'version.read');
      const measured = await measuredMetrics(prisma, cleanIds(ids), dataset);
      return ids.map((id) => measured.get(id) ?? null);
    },
  };
}

/** The galleries of the team with these ids, each once. @throws CatalogError INVALID, NOT_FOUND, FORBIDDEN */
async function requireGalleries(
  tx: Db,
  input: { readonly actor: Actor; readonly teamId: string; readonly galleryIds: readonly string[] },
): Promise<readonly Gallery[]> {
  const ids = [...new Set(input.galleryIds)];
  if (ids.length === 0) return [];
  if (ids.length > MAX_MEASURED_GALLERIES) {
    throw new CatalogError(
      'INVALID',
      `A version is measured against at most ${MAX_MEASURED_GALLERIES} galleries at a time, and these are ${ids.length}.`,
      { path: ['galleryIds'] },
    );
  }
  requireScope(input.actor, 'gallery.read');
  const { teamId } = input;
  const found = await tx.gallery.findMany({ where: { id: { in: ids.filter(isUuid) }, teamId } });
  const byId = new Map(found.map((gallery) => [gallery.id, gallery]));
  return ids.map((id) => {
    const gallery = byId.get(id);
    if (gallery === undefined) throw notFound('gallery', ['galleryIds']);
    return gallery;
  });
}
