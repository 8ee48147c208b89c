/** @file What a seed draws: hashes of the numbers of samples and identities. */

import { Prisma } from '../generated/client.ts';

/**
 * A sample's hash with a seed in it: PostgreSQL's 64-bit hash of the identity's and the sample's numbers, which it
 * keeps the same between versions because tables are partitioned by it. Equal seeds draw alike of equal runs anywhere.
 */
export function sampleHash(seed: number): Prisma.Sql {
  return Prisma.sql`hashint4extended(s."ordinal", hashint4extended(s."identityOrdinal", ${seed}::int8))`;
}

/** An identity's place in the draw of a seed; the alias is `s`. */
export function identityHash(seed: number): Prisma.Sql {
  return Prisma.sql`hashint4extended(s."identityOrdinal", ${seed}::int8)`;
}
