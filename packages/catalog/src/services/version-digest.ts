/** @file The digest of a version: equal contents have equal digests, whoever made them, when and where. */

import { sha256 } from '../canonical-json.ts';
import type { Db } from '../context.ts';

interface Block {
  readonly digest: string;
}

/**
 * SHA-256 over the contents of one run, hexadecimal: its shards' digests in order, then its identities and samples in
 * order. Each row counts as a JSON array of its columns in the order below; rows are hashed in blocks of 1000
 * identities, and the blocks' digests are hashed together. Ids, times, names of objects and the recipe do not count.
 */
export async function digestOfRun(tx: Db, runId: string): Promise<string> {
  const shards = await tx.shard.findMany({
    where: { runId },
    orderBy: [{ kind: 'asc' }, { ordinal: 'asc' }],
    select: { kind: true, ordinal: true, digest: true },
  });
  // Blocks, because one text of all rows would outgrow PostgreSQL's 1 GB at ten million samples. It writes a float8 with as many digits as it takes to read the same bits back, and jsonb with sorted keys.
  const identities = await tx.$queryRaw<Block[]>`
    SELECT encode(sha256(convert_to(string_agg(
      json_build_array("ordinal", "nearestOrdinal", "nearestDistance", "intraDistance")::text,
      E'\\n' ORDER BY "ordinal"), 'UTF8')), 'hex') AS "digest"
    FROM "identity" WHERE "runId" = ${runId}::uuid
    GROUP BY "ordinal" / 1000 ORDER BY "ordinal" / 1000`;
  const samples = await tx.$queryRaw<Block[]>`
    SELECT encode(sha256(convert_to(string_agg(
      json_build_array("identityOrdinal", "ordinal", "kind", "imageShard", "imageOffset", "imageLength",
        "latentShard", "latentRow", "distanceToReference", "covariates", "quality")::text,
      E'\\n' ORDER BY "identityOrdinal", "ordinal"), 'UTF8')), 'hex') AS "digest"
    FROM "sample" WHERE "runId" = ${runId}::uuid
    GROUP BY "identityOrdinal" / 1000 ORDER BY "identityOrdinal" / 1000`;
  return sha256(
    [
      'colloid-version 1',
      ...shards.map((shard) => `shard ${shard.kind} ${shard.ordinal} ${shard.digest}`),
      ...identities.map((block) => `identities ${block.digest}`),
      ...samples.map((block) => `samples ${block.digest}`),
    ].join('\n'),
  );
}
