/**
 * @file What the catalog refers to in the object store, for its clean-up. Trusted: no actor.
 *
 * A reference is any SHA-256 in any text or JSON of a row: of a column that names an object, of a manifest, of an output. So a
 * digest too many may be taken for one, which keeps an object for longer, and none is missed because a form of JSON is new.
 */

import type { ServiceContext } from '../context.ts';
import type { PrismaClient } from '../generated/client.ts';

/** Rows of the first table read in one statement; a run may have some thousand shards. */
const PAGE = 200;
/** Activities forgotten in one statement. */
const FORGET_PAGE = 5000;
/** A clean-up that has not ended by then was broken off. */
const ABANDONED_MS = 2 * 24 * 3600 * 1000;

/** A kind of thing that refers to objects: rows of `table` by pages of `key`, and a SELECT of `body` from the `page` of them. */
interface ReferenceKind {
  readonly table: string;
  readonly key: string;
  readonly type: 'uuid' | 'text';
  readonly first: string;
  readonly bodies: string;
}

const NO_UUID = '00000000-0000-0000-0000-000000000000';
const ofRows = (table: string, bodies: string): ReferenceKind => ({
  table,
  key: 'id',
  type: 'uuid',
  first: NO_UUID,
  bodies,
});

/** What a set is made from. Images are of no use once it is made: the worker that was to delete them may have been killed. */
const SOURCE = `CASE t."state" WHEN 'CHECKING' THEN t."source" ELSE t."source" - 'images' END`;

/** Every kind; a new table whose rows name objects is a new row here. */
const KINDS: readonly ReferenceKind[] = [
  // The files of a model, and the faces that its check has drawn.
  ofRows('model_version', `SELECT concat_ws(' ', t."files", t."report") AS body FROM page t`),
  ofRows(
    'gallery',
    `SELECT concat_ws(' ', ${SOURCE}, t."objectKey", t."labelsDigest", t."report") AS body FROM page t`,
  ),
  ofRows('measurement', `SELECT t."metrics"::text AS body FROM page t`),
  ofRows(
    'covariate_set',
    `SELECT concat_ws(' ', ${SOURCE}, t."objectKey", t."directions", t."report") AS body FROM page t`,
  ),
  // What a run was made from and has made, what it shows of its way, and where one can branch from it.
  ofRows(
    'run',
    `SELECT t."partial"::text AS body FROM page t
     UNION ALL SELECT m."files"::text FROM page t JOIN "run_import" m ON m."runId" = t."id"
     UNION ALL SELECT s."objectKey" FROM page t JOIN "shard" s ON s."runId" = t."id"
     UNION ALL SELECT p."objectKey" FROM page t JOIN "run_preview" p ON p."runId" = t."id"
     UNION ALL SELECT c."record"::text FROM page t JOIN "run_checkpoint" c ON c."runId" = t."id"`,
  ),
  // Packing lists.
  ofRows(
    'release',
    `SELECT c."evidence"::text AS body FROM page t JOIN "release_check" c ON c."releaseId" = t."id"
     UNION ALL SELECT m."text" FROM page t JOIN "release_manifest" m ON m."releaseId" = t."id"`,
  ),
  {
    table: 'activity',
    key: 'digest',
    type: 'text',
    first: '',
    bodies: `SELECT t."output"::text AS body FROM page t WHERE t."usedAt" >= $3`,
  },
];

/** Which objects are referred to. */
export interface ReferenceService {
  /** `at`, or the moment at which the oldest run that is not finished was made, where that is earlier. */
  cutoff(at: Date): Promise<Date>;
  /** Forgets outputs of activities that no run has used since; a run that would have is computing them again. Returns how many. */
  forgetActivities(cutoff: Date, options: { readonly isDryRun: boolean }): Promise<number>;
  /** Marks every digest that a row names, by pages; activities that were not used since the cutoff name nothing. */
  mark(cutoff: Date, options: { readonly signal: AbortSignal }): Promise<string>;
  /** Marks more: what objects refer to that rows refer to. */
  markAlso(cleanUpId: string, digests: readonly string[]): Promise<void>;
  /** Digests of the packing lists of releases, each of which names other objects. */
  packingLists(): Promise<readonly string[]>;
  /** Those of the digests that are not marked, in order. */
  unmarked(cleanUpId: string, digests: readonly string[]): Promise<readonly string[]>;
  /** Forgets the marks. */
  endMark(cleanUpId: string): Promise<void>;
}

/** Makes the service of references. */
export function createReferenceService({ prisma }: ServiceContext): ReferenceService {
  return {
    async cutoff(at) {
      const oldest = await prisma.run.findFirst({
        where: { state: { in: ['QUEUED', 'RUNNING', 'PAUSED'] } },
        orderBy: { createdAt: 'asc' },
        select: { createdAt: true },
      });
      return oldest === null || oldest.createdAt > at ? at : oldest.createdAt;
    },

    async forgetActivities(cutoff, { isDryRun }) {
      if (isDryRun) return prisma.activity.count({ where: { usedAt: { lt: cutoff } } });
      let forgotten = 0;
      for (;;) {
        const count = await prisma.$executeRaw`
          DELETE FROM "activity" WHERE "usedAt" < ${cutoff} AND "digest" IN (
            SELECT "digest" FROM "activity" WHERE "usedAt" < ${cutoff} LIMIT ${FORGET_PAGE})`;
        forgotten += count;
        if (count === 0) return forgotten;
      }
    },

    async mark(cutoff, { signal }) {
      const abandoned = new Date(Date.now() - ABANDONED_MS);
      await prisma.cleanUp.deleteMany({ where: { startedAt: { lt: abandoned } } });
      const { id } = await prisma.cleanUp.create({ data: {} });
      for (const kind of KINDS) await markKind(prisma, { id, kind, cutoff, signal });
      return id;
    },

    async markAlso(cleanUpId, digests) {
      const data = digests.map((digest) => ({ cleanUpId, digest }));
      await prisma.cleanUpMark.createMany({ data, skipDuplicates: true });
    },

    async packingLists() {
      const rows = await prisma.$queryRaw<{ digest: string }[]>`
        SELECT "evidence"->>'packing' AS "digest" FROM "release_check"
        WHERE jsonb_typeof("evidence"->'packing') = 'string'
        UNION SELECT ("text"::jsonb)->>'packingDigest' FROM "release_manifest"`;
      return rows.flatMap(({ digest }) => (/^[0-9a-f]{64}$/.test(digest) ? [digest] : []));
    },

    async unmarked(cleanUpId, digests) {
      const marks = await prisma.cleanUpMark.findMany({
        where: { cleanUpId, digest: { in: [...new Set(digests)] } },
        select: { digest: true },
      });
      const marked = new Set(marks.map(({ digest }) => digest));
      return digests.filter((digest) => !marked.has(digest));
    },

    async endMark(cleanUpId) {
      await prisma.cleanUp.deleteMany({ where: { id: cleanUpId } });
    },
  };
}

async function markKind(
  prisma: PrismaClient,
  options: {
    readonly id: string;
    readonly kind: ReferenceKind;
    readonly cutoff: Date;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { id, kind, cutoff, signal } = options;
  const { table, key, type, first, bodies } = kind;
  // Names come from the table above, values from parameters.
  const statement = `
    WITH page AS MATERIALIZED (
      SELECT * FROM "${table}" WHERE "${key}" > $2::${type} ORDER BY "${key}" LIMIT ${PAGE}
    ), bodies AS (${bodies}), marks AS (
      INSERT INTO "clean_up_mark" ("cleanUpId", "digest")
      SELECT DISTINCT $1::uuid, found[1] FROM bodies, regexp_matches(bodies.body, '[0-9a-f]{64}', 'g') AS found
      WHERE $3::timestamptz IS NOT NULL
      ON CONFLICT DO NOTHING
    )
    SELECT "${key}"::text AS "last" FROM page ORDER BY "${key}" DESC LIMIT 1`;
  for (let after = first; ;) {
    signal.throwIfAborted();
    const rows = await prisma.$queryRawUnsafe<{ last: string }[]>(statement, id, after, cutoff);
    const last = rows[0]?.last;
    if (last === undefined) return;
    after = last;
  }
}
