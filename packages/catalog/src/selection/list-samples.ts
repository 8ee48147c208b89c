/** @file A page of what a query selects: which samples first, as far as an index can tell that, and then all that is said of them. */

import type { Db } from '../context.ts';
import { Prisma } from '../generated/client.ts';
import type { KeysetQuery } from '../paging/page.ts';
import { orderBy, readKeyset } from './keyset.ts';
import { sampleOrder, type OrderedSample, type SampleOrder } from './orders.ts';
import { KEY_COLUMNS, SAMPLE_COLUMNS, selectionOf, type SampleQuery } from './sample-query.ts';
import { shuffleSelect, walkBuckets } from './shuffle.ts';
import type { VersionScope } from './version-scope.ts';

/** Samples of a version from which its shuffle is read by buckets: to order fewer takes no longer than to look into many. */
const FEW_SAMPLES = 20_000;

/** Reads rows of the order, in the direction that is asked for. @throws CatalogError INVALID */
export async function readSamples(
  db: Db,
  input: {
    readonly scope: VersionScope;
    readonly query: SampleQuery;
    readonly orderBy: SampleOrder;
    readonly range: KeysetQuery;
  },
): Promise<OrderedSample[]> {
  const { scope, query, range } = input;
  const seed = query.seed ?? 0;
  const order = sampleOrder(input.orderBy, seed, scope);
  const selection = selectionOf(scope, query, { columns: KEY_COLUMNS });
  const isShuffled = input.orderBy === 'RANDOM';
  if (isShuffled && !selection.isCut && scope.sampleCount >= FEW_SAMPLES) {
    const walk = walkBuckets(selection, { seed, order, query: range });
    const rows = await db.$queryRaw<OrderedSample[]>(walk.sql);
    if (walk.isToTheEnd || rows.length >= range.limit) return rows;
  }
  const shuffle = isShuffled ? shuffleSelect(seed) : Prisma.empty;
  if (input.orderBy === 'ORDINAL' || selection.isCut) {
    // The primary key has no column that conditions speak of: rows are read in its order until the page is full.
    const { source, condition } = selectionOf(scope, query);
    return readKeyset<OrderedSample>(
      order,
      range,
      (part) =>
        db.$queryRaw`SELECT ${SAMPLE_COLUMNS} ${shuffle} FROM ${source} WHERE ${condition} ${part}`,
    );
  }
  const { source, condition } = selection;
  // The inner SELECT names only columns of the indexes of the orders, so that it reads no row that the page does not show.
  return readKeyset<OrderedSample>(
    order,
    range,
    (part) => db.$queryRaw`
      SELECT ${SAMPLE_COLUMNS} ${shuffle} FROM (
        SELECT s."runId", s."identityOrdinal", s."ordinal" FROM ${source} WHERE ${condition} ${part}
      ) k JOIN "sample" s ON s."runId" = k."runId" AND s."identityOrdinal" = k."identityOrdinal" AND s."ordinal" = k."ordinal"
      ORDER BY ${orderBy(order, range)}`,
  );
}
