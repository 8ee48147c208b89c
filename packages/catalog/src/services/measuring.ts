/** @file What workers read and write of a measurement while they make it. Trusted: no actor. */

import { change, recordChange } from '../audit/change.ts';
import { versionEntity } from '../audit/entities.ts';
import type { ServiceContext } from '../context.ts';
import type { Measurement, Prisma } from '../generated/client.ts';
import { writeNearest, type MeasuredNearest } from '../measurements/write-nearest.ts';
import { isUuid } from '../paging/single-key.ts';

/** How a measurement ended. */
export type MeasurementEnding =
  | {
      readonly state: 'DONE';
      /** SHA-256 of everything that the metrics depend on, hexadecimal. */
      readonly inputsDigest: string;
      readonly metrics: Prisma.InputJsonObject;
      /** Of a version alone: the nearest other identity of every one. */
      readonly nearest?: readonly MeasuredNearest[];
    }
  /** `failure`: one sentence with the remedy. */
  | { readonly state: 'FAILED'; readonly failure: string };

/** Making measurements. Writes about one that is gone or over change nothing and answer false. */
export interface MeasuringService {
  /** The measurement as RUNNING; null where it is gone or over, and there is nothing to do. */
  beginMeasurement(measurementId: string): Promise<Measurement | null>;
  /** `progress` 0 to 1. */
  recordProgress(measurementId: string, progress: number): Promise<boolean>;
  finishMeasurement(measurementId: string, ending: MeasurementEnding): Promise<boolean>;
}

/** Makes the service of measuring. */
export function createMeasuringService({ prisma }: ServiceContext): MeasuringService {
  return {
    async beginMeasurement(id) {
      if (!isUuid(id)) return null;
      const [row] = await prisma.measurement.updateManyAndReturn({
        where: unended(id),
        data: { state: 'RUNNING', progress: 0, startedAt: new Date() },
      });
      return row ?? null;
    },

    async recordProgress(id, progress) {
      const data = { progress: Math.min(1, Math.max(0, progress)) };
      return (await prisma.measurement.updateMany({ where: unended(id), data })).count > 0;
    },

    finishMeasurement: (id, ending) =>
      change(prisma, null, async (tx) => {
        const { nearest = null, ...found } = { nearest: undefined, ...ending };
        const progress = ending.state === 'DONE' ? { progress: 1 } : {};
        const { count } = await tx.measurement.updateMany({
          where: unended(id),
          data: { ...found, ...progress, finishedAt: new Date() },
        });
        if (count === 0) return false;
        const { version, gallery, ...row } = await tx.measurement.findUniqueOrThrow({
          where: { id },
          include: { gallery: true, version: { include: { dataset: true } } },
        });
        if (nearest !== null) await writeNearest(tx, version.id, nearest);
        recordChange(tx, {
          teamId: version.dataset.teamId,
          action: 'version.measured',
          entity: await versionEntity(tx, version),
          after: {
            measurementId: id,
            gallery: gallery === null ? null : `${gallery.name}@${gallery.version}`,
            state: row.state,
            failure: row.failure,
            inputsDigest: row.inputsDigest,
          },
        });
        return true;
      }),
  };
}

/** One that RUNs may have lost its worker. */
function unended(id: string) {
  return { id, state: { in: ['QUEUED', 'RUNNING'] } } satisfies Prisma.MeasurementWhereInput;
}
