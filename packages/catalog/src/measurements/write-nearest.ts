/** @file Writing the nearest other identity of each, as a measurement of a version found them. */

import type { Db } from '../context.ts';

/** An identity and the nearest other one of the version, by the numbers of their runs in the dataset. */
export interface MeasuredNearest {
  readonly run: number;
  readonly identity: number;
  readonly nearestRun: number;
  readonly nearestIdentity: number;
  /** θ between the two references, radians. */
  readonly theta: number;
}

/** Rows of one statement: less than a megabyte of JSON. */
const ROWS_PER_STATEMENT = 5000;

/** Writes the rows of a version, in place of those that are there. */
export async function writeNearest(
  tx: Db,
  versionId: string,
  rows: readonly MeasuredNearest[],
): Promise<void> {
  await tx.$executeRaw`DELETE FROM "nearest_identity" WHERE "versionId" = ${versionId}::uuid`;
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const json = JSON.stringify(rows.slice(start, start + ROWS_PER_STATEMENT));
    await tx.$executeRaw`
      WITH "runs" AS (
        SELECT r."id", r."number" FROM "version_part" p JOIN "run" r ON r."id" = p."runId"
        WHERE p."versionId" = ${versionId}::uuid
      )
      INSERT INTO "nearest_identity" ("versionId", "runId", "ordinal", "nearestRunId", "nearestOrdinal", "distance")
      SELECT ${versionId}::uuid, a."id", r."identity", b."id", r."nearestIdentity", r."theta"
      FROM json_to_recordset(${json}::json) AS r(
        "run" int, "identity" int, "nearestRun" int, "nearestIdentity" int, "theta" float8)
      JOIN "runs" a ON a."number" = r."run" JOIN "runs" b ON b."number" = r."nearestRun"`;
  }
}
