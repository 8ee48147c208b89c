/** @file Asking for a measurement of a version: the row, the job, or the sentence why there is nothing to measure. */

import { lendTransaction, type Db, type EnqueueTransaction } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { DatasetVersion, Gallery, Measurement, Prisma } from '../generated/client.ts';

/** Adds the job of a measurement inside the transaction that begins it. */
export type EnqueueMeasurement = (
  transaction: EnqueueTransaction,
  measurementId: string,
) => Promise<void>;

/** Who measures what. */
export interface MeasurementRequest {
  readonly version: Pick<DatasetVersion, 'id'>;
  /** READY or not; null: the version alone. */
  readonly gallery: Gallery | null;
  readonly askedById: string;
  readonly enqueue: EnqueueMeasurement;
}

/**
 * Begins a measurement that nobody has begun, or one that failed anew. One that waits, goes on or is done stays as it is, since it
 * would come out the same. The caller holds the dataset, so that nobody else begins the same one.
 *
 * @throws CatalogError CONFLICT with the sentence why it cannot be measured
 */
export async function requestMeasurement(
  tx: Db,
  request: MeasurementRequest,
): Promise<{ readonly measurement: Measurement; readonly isBegun: boolean }> {
  const existing = await findMeasurement(tx, request);
  if (existing !== null && existing.state !== 'FAILED') {
    return { measurement: existing, isBegun: false };
  }
  const refusal = await refusalOf(tx, request);
  if (refusal !== null) throw new CatalogError('CONFLICT', refusal, { path: pathOf(request) });
  const measurement = await writeRow(tx, request, existing, BEGINNING);
  await request.enqueue(lendTransaction(tx), measurement.id);
  return { measurement, isBegun: true };
}

/** As {@link requestMeasurement}, for a version that has just been made: what cannot be measured is said on its page, and it stays. */
export async function requestOrExplain(tx: Db, request: MeasurementRequest): Promise<void> {
  const failure = await refusalOf(tx, request);
  if (failure === null) {
    await requestMeasurement(tx, request);
    return;
  }
  await writeRow(tx, request, null, { state: 'FAILED', failure, finishedAt: new Date() });
}

const BEGINNING = {
  state: 'QUEUED',
  progress: 0,
  failure: null,
  startedAt: null,
  finishedAt: null,
} as const;

function findMeasurement(
  tx: Db,
  { version, gallery }: Pick<MeasurementRequest, 'version' | 'gallery'>,
): Promise<Measurement | null> {
  const where = { versionId: version.id, galleryId: gallery?.id ?? null };
  return tx.measurement.findFirst({ where });
}

function writeRow(
  tx: Db,
  { version, gallery, askedById: createdById }: MeasurementRequest,
  existing: Measurement | null,
  standing: Omit<Prisma.MeasurementUncheckedUpdateInput, 'versionId' | 'galleryId'> & {
    readonly state: 'QUEUED' | 'FAILED';
  },
): Promise<Measurement> {
  if (existing !== null) {
    return tx.measurement.update({
      where: { id: existing.id },
      data: { ...standing, createdById },
    });
  }
  const data = { versionId: version.id, galleryId: gallery?.id ?? null, createdById };
  return tx.measurement.create({
    data: { ...data, ...(standing as Prisma.MeasurementUncheckedCreateInput) },
  });
}

interface MeasuredRun {
  readonly number: number;
  /** name@version of what embedded its samples. */
  readonly recogniser: string;
  readonly recogniserVersionId: string;
  readonly hasEmbeddings: boolean;
}

/** The sentence why the version, or the version against the gallery, cannot be measured; null where it can. */
async function refusalOf(
  tx: Db,
  { version, gallery }: Pick<MeasurementRequest, 'version' | 'gallery'>,
): Promise<string | null> {
  const runs = await tx.$queryRaw<MeasuredRun[]>`
    SELECT r."number", m."name" || '@' || m."version" AS "recogniser", m."id" AS "recogniserVersionId",
      EXISTS (SELECT 1 FROM "shard" s WHERE s."runId" = r."id" AND s."kind" = 'EMBEDDINGS') AS "hasEmbeddings"
    FROM "version_part" p JOIN "run" r ON r."id" = p."runId" LEFT JOIN "recipe" c ON c."id" = r."recipeId"
      LEFT JOIN "run_import" i ON i."runId" = r."id"
      LEFT JOIN "model_version" m ON m."id" = coalesce(c."recogniserVersionId", i."recogniserVersionId")
    WHERE p."versionId" = ${version.id}::uuid ORDER BY r."number"`;
  const [first] = runs;
  const bare = runs.find(({ hasEmbeddings }) => !hasEmbeddings);
  if (first === undefined || bare !== undefined) {
    const which = bare === undefined ? 'The version' : `Run ${bare.number}`;
    return `${which} has no embeddings, so no angle of it can be measured; measure a version without it.`;
  }
  const other = runs.find(({ recogniserVersionId: id }) => id !== first.recogniserVersionId);
  if (other !== undefined) {
    return `Run ${first.number} was embedded by ${first.recogniser} and run ${other.number} by ${other.recogniser}, and angles of different recognisers cannot be compared; measure versions that hold one of them.`;
  }
  if (gallery === null) return null;
  const name = `${gallery.name}@${gallery.version}`;
  if (gallery.state !== 'READY') {
    return `The gallery ${name} is not READY; wait for it, or choose another.`;
  }
  if (gallery.recogniserVersionId === first.recogniserVersionId) return null;
  const { name: used, version: number } = await tx.modelVersion.findUniqueOrThrow({
    where: { id: gallery.recogniserVersionId },
  });
  return `The gallery ${name} was embedded by ${used}@${number}, and the version by ${first.recogniser}, so the two cannot be compared; choose a gallery of ${first.recogniser}.`;
}

function pathOf({ gallery }: Pick<MeasurementRequest, 'gallery'>): readonly string[] {
  return gallery === null ? ['versionId'] : ['galleryIds'];
}
