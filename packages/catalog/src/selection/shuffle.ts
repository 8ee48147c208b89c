/**
 * @file The shuffled order of samples. A sample lies in one of 262 139 buckets, by a hash of its numbers that has an index. A seed
 * orders the buckets by x → (a·x + b) mod p, and the samples of a bucket by a hash with the seed in it, so that a page reads the
 * buckets at its place and not every sample.
 *
 * Over the seeds, each bucket is as likely at each place, and each two buckets at each two places (the map is pairwise
 * independent because p is prime; Carter and Wegman 1979). Samples of one bucket stay together: that is one in 262 139 of a
 * run, some eight samples where it has two million. Three and more buckets are not independent.
 */

import { sha256 } from '../canonical-json.ts';
import { Prisma } from '../generated/client.ts';
import type { KeysetQuery } from '../paging/page.ts';
import { sampleHash } from './draw.ts';
import { keysetRange, limitOf, orderBy, type KeyColumn, type KeyOrder } from './keyset.ts';
import { SAMPLE_COLUMNS, type Selection } from './sample-query.ts';

/** How many buckets there are: a prime, the largest below 2^18, so that products of two numbers below it are exact. */
export const SHUFFLE_BUCKETS = 262_139;

/** Buckets that one statement looks into; each costs some ten microseconds. */
const WALK_BUCKETS = 2000;

/** The bucket of a sample `s`, as the index `sample_by_shuffle` has it. */
const BUCKET = Prisma.raw(
  `(((hashint4extended(s."ordinal", hashint4extended(s."identityOrdinal", 0::int8)) & 9223372036854775807) % ${SHUFFLE_BUCKETS})::int)`,
);

/** The map of a seed: a bucket's place is (scale · bucket + shift) mod SHUFFLE_BUCKETS. */
interface Mixing {
  readonly scale: number;
  readonly shift: number;
}

/** The place of a sample `s` in the shuffle of a seed: first that of its bucket, then its own in it. */
export function shuffleColumns(seed: number): readonly [KeyColumn, KeyColumn] {
  return [
    { sql: placeOf(seed), type: 'int' },
    { sql: sampleHash(seed), type: 'bigint' },
  ];
}

/** Both as columns `place` and `shuffle`, the latter in decimal digits, to follow others of `s`. */
export function shuffleSelect(seed: number): Prisma.Sql {
  return Prisma.sql`, ${placeOf(seed)}::int AS "place", ${sampleHash(seed)}::text AS "shuffle"`;
}

/** A statement that reads the page from the buckets at its place. */
export interface BucketWalk {
  readonly sql: Prisma.Sql;
  /** Whether no bucket lies beyond those it looks into, so that a page that is not full is the last one. */
  readonly isToTheEnd: boolean;
}

/**
 * The page by the buckets, {@link WALK_BUCKETS} of them at most. Fewer rows than its limit are not all there are unless
 * `isToTheEnd`: then few samples match, and ordering those that do is quicker.
 *
 * @param order RANDOM of that seed
 */
export function walkBuckets(
  selection: Pick<Selection, 'source' | 'condition'>,
  options: { readonly seed: number; readonly order: KeyOrder; readonly query: KeysetQuery },
): BucketWalk {
  const { seed, order, query } = options;
  const isForward = query.direction === 'forward';
  const end = isForward ? SHUFFLE_BUCKETS - 1 : 0;
  const from = placeIn(query.from) ?? SHUFFLE_BUCKETS - 1 - end;
  const until = placeIn(query.until) ?? end;
  const far = isForward
    ? Math.min(from + WALK_BUCKETS - 1, until)
    : Math.max(from - WALK_BUCKETS + 1, until);
  const { scale, shift } = mixingOf(seed);
  const back = inverse(scale);
  const direction = isForward ? Prisma.empty : Prisma.sql`DESC`;
  // Ordered before the join and after it: PostgreSQL then sorts a bucket at a time and stops where the page is full.
  const sql = Prisma.sql`SELECT ${SAMPLE_COLUMNS} ${shuffleSelect(seed)}
    FROM (SELECT "place", (${back}::int8 * (("place" + ${SHUFFLE_BUCKETS - shift}::int8) % ${SHUFFLE_BUCKETS}::int8)
        % ${SHUFFLE_BUCKETS}::int8)::int AS "bucket"
      FROM generate_series(${Math.min(from, far)}::int8, ${Math.max(from, far)}::int8) AS "place"
      ORDER BY "place" ${direction}) g
    CROSS JOIN LATERAL (SELECT ${SAMPLE_COLUMNS} FROM ${selection.source}
      WHERE ${selection.condition} AND ${BUCKET} = g."bucket" ${keysetRange(order, query)}) s
    ORDER BY g."place" ${direction}, ${orderBy(order, query)} LIMIT ${limitOf(query)}`;
  return { sql, isToTheEnd: far === until };
}

/** Two numbers of a seed, each as likely as any other over the seeds. */
export function mixingOf(seed: number): Mixing {
  const digest = sha256(`shuffle ${seed}`);
  const number = (start: number) => Number.parseInt(digest.slice(start, start + 12), 16);
  return { scale: 1 + (number(0) % (SHUFFLE_BUCKETS - 1)), shift: number(12) % SHUFFLE_BUCKETS };
}

function placeOf(seed: number): Prisma.Sql {
  const { scale, shift } = mixingOf(seed);
  return Prisma.sql`((${scale}::int8 * ${BUCKET} + ${shift}::int8) % ${SHUFFLE_BUCKETS}::int8)`;
}

/** The place in a cursor of RANDOM; a foreign one is refused by the range that is read from it. */
function placeIn(key: KeysetQuery['from']): number | null {
  const place = key?.[1];
  return typeof place === 'number' && place >= 0 && place < SHUFFLE_BUCKETS ? place : null;
}

/** The number that gives 1 with `scale` modulo the prime: scale^(p - 2), by Fermat. */
function inverse(scale: number): number {
  const modulus = BigInt(SHUFFLE_BUCKETS);
  let [result, factor, exponent] = [1n, BigInt(scale), modulus - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return Number(result);
}
