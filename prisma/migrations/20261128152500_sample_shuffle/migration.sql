-- What Prisma's language cannot say. Written by hand.

-- Buckets of the shuffled order (packages/catalog/src/selection/shuffle.ts says the same expression, or it would not be used).
-- PostgreSQL keeps hashint4extended the same between versions, since tables are partitioned by it. Samples of a bucket share
-- one entry, so that the index is a sixth as large as those of the other orders.
CREATE INDEX "sample_by_shuffle" ON "sample" ("runId", (
  ((hashint4extended("ordinal", hashint4extended("identityOrdinal", 0::int8)) & 9223372036854775807) % 262139)::int));
