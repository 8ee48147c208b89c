/** @file Writing what a run produced: identities, samples and shards, in bulk. Trusted: no actor. */

import type { Db, ServiceContext } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { Identity, Prisma, Shard } from '../generated/client.ts';
import type { Sample } from '../selection/sample.ts';
import { whileRunning } from './run-state.ts';

/** Rows of one statement: some megabytes of JSON at most. */
const ROWS_PER_STATEMENT = 5000;

/** An identity without its run. */
export type NewIdentity = Omit<Identity, 'runId'>;
/** A sample without its run. */
export type NewSample = Omit<Sample, 'runId' | 'covariates'> & {
  readonly covariates?: Prisma.InputJsonValue | null;
};
/** A shard without its run. */
export type NewShard = Omit<Shard, 'runId'>;

/**
 * Bulk writes, at most a few thousand rows per statement. Rows that are there already stay as they are, so that every
 * call can be repeated. Each throws CatalogError NOT_FOUND or CONFLICT where the run is gone or not RUNNING, and INVALID
 * for a number that is not finite.
 */
export interface SampleRowService {
  insertIdentities(input: {
    readonly runId: string;
    readonly identities: readonly NewIdentity[];
  }): Promise<void>;
  insertSamples(input: {
    readonly runId: string;
    readonly samples: readonly NewSample[];
  }): Promise<void>;
  insertShards(input: {
    readonly runId: string;
    readonly shards: readonly NewShard[];
  }): Promise<void>;
  /** All shards of a run by kind and ordinal. */
  shardsOfRun(runId: string): Promise<Shard[]>;
  /** Where the references of a run lie in its shards of latents and embeddings. */
  referencePlaces(
    runId: string,
  ): Promise<Pick<Sample, 'identityOrdinal' | 'latentShard' | 'latentRow'>[]>;
}

/** Makes the service of rows. */
export function createSampleRowService({ prisma }: ServiceContext): SampleRowService {
  const insert = async <T extends object>(
    runId: string,
    rows: readonly T[],
    write: (tx: Db, json: string, part: readonly T[]) => Promise<unknown>,
  ): Promise<void> => {
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      const part = rows.slice(start, start + ROWS_PER_STATEMENT);
      const json = toJson(part);
      await whileRunning(prisma, runId, (tx) => write(tx, json, part));
    }
  };

  return {
    insertIdentities: ({ runId, identities }) =>
      insert(
        runId,
        identities,
        (tx, json) => tx.$executeRaw`
          INSERT INTO "identity" ("runId", "ordinal", "nearestOrdinal", "nearestDistance", "intraDistance")
          SELECT ${runId}::uuid, r.* FROM json_to_recordset(${json}::json) AS r(
            "ordinal" int, "nearestOrdinal" int, "nearestDistance" float8, "intraDistance" float8)
          ON CONFLICT DO NOTHING`,
      ),

    insertSamples: ({ runId, samples }) =>
      insert(runId, samples, async (tx, json, part) => {
        const slots = await covariateSlots(tx, runId, part);
        const names = Array.from(slots.keys());
        return tx.$executeRaw`
          INSERT INTO "sample" ("runId", "identityOrdinal", "ordinal", "kind", "imageShard", "imageOffset", "imageLength",
            "latentShard", "latentRow", "distanceToReference", "covariates", "quality", "covariateWeights")
          SELECT ${runId}::uuid, r.*, CASE WHEN jsonb_typeof(r."covariates" -> 'weights') = 'object' THEN (
            SELECT array_agg(CASE WHEN jsonb_typeof(r."covariates" -> 'weights' -> n) = 'number'
              THEN (r."covariates" -> 'weights' -> n)::float8 END ORDER BY slot)
            FROM unnest(${names}::text[]) WITH ORDINALITY AS t(n, slot)) END
          FROM json_to_recordset(${json}::json) AS r(
            "identityOrdinal" int, "ordinal" int, "kind" "SampleKind", "imageShard" int, "imageOffset" int8, "imageLength" int,
            "latentShard" int, "latentRow" int, "distanceToReference" float8, "covariates" jsonb, "quality" float8)
          ON CONFLICT DO NOTHING`;
      }),

    insertShards: ({ runId, shards }) =>
      insert(
        runId,
        shards,
        (tx, json) => tx.$executeRaw`
          INSERT INTO "shard" ("runId", "kind", "ordinal", "digest", "objectKey", "sizeBytes", "count")
          SELECT ${runId}::uuid, r.* FROM json_to_recordset(${json}::json) AS r(
            "kind" "ShardKind", "ordinal" int, "digest" text, "objectKey" text, "sizeBytes" int8, "count" int)
          ON CONFLICT DO NOTHING`,
      ),

    shardsOfRun: (runId) =>
      prisma.shard.findMany({
        where: { runId },
        orderBy: [{ kind: 'asc' }, { ordinal: 'asc' }],
      }),

    referencePlaces: (runId) => prisma.$queryRaw`
      SELECT "identityOrdinal", "latentShard", "latentRow" FROM "sample"
      WHERE "runId" = ${runId}::uuid AND "ordinal" = 0 ORDER BY "identityOrdinal"`,
  };
}

/** Slots of a run's covariates by name, in their order; names that these samples bring along get the next ones. The run is locked. */
async function covariateSlots(
  tx: Db,
  runId: string,
  samples: readonly NewSample[],
): Promise<ReadonlyMap<string, number>> {
  const names = new Set(samples.flatMap(({ covariates }) => Object.keys(weightsOf(covariates))));
  const known = await tx.runCovariate.findMany({ where: { runId }, orderBy: { slot: 'asc' } });
  for (const { name } of known) names.delete(name);
  const added = [...names].toSorted().map((name, index) => ({
    runId,
    name,
    slot: known.length + index + 1,
  }));
  if (added.length > 0) await tx.runCovariate.createMany({ data: added });
  return new Map([...known, ...added].map(({ name, slot }) => [name, slot]));
}

function weightsOf(covariates: NewSample['covariates']): object {
  const { weights } = Object(covariates) as { readonly weights?: unknown };
  return typeof weights === 'object' && weights !== null && !Array.isArray(weights) ? weights : {};
}

/** JSON writes floats so that they read back as the same bits; NaN and infinities it would silently make null. */
function toJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (key, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw new CatalogError(
      'INVALID',
      `'${key}' of a row is ${value}; the run produced a number that is not finite, so its results cannot be recorded.`,
      { path: [key] },
    );
  });
}
