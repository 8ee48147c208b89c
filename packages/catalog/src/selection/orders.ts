/** @file The orders in which identities and samples are listed, and the keys of their rows. */

import { Prisma, type Identity } from '../generated/client.ts';
import type { CursorKey } from '../paging/cursor.ts';
import type { KeyColumn, KeyOrder } from './keyset.ts';
import type { Sample } from './sample.ts';
import { shuffleColumns } from './shuffle.ts';
import type { VersionScope } from './version-scope.ts';

/** Order of identities: as they were drawn, or those with the nearest neighbour first, within their run or within the version. */
export type IdentityOrder = 'ORDINAL' | 'NEAREST_DISTANCE' | 'NEAREST_IN_VERSION';

/** Order of samples: by identity, by distance to the reference, by quality, or shuffled by a seed. */
export type SampleOrder = 'ORDINAL' | 'DISTANCE_TO_REFERENCE' | 'QUALITY' | 'RANDOM';

const IDENTITY_KEY: readonly KeyColumn[] = [
  { sql: Prisma.sql`i."runId"`, type: 'uuid' },
  { sql: Prisma.sql`i."ordinal"`, type: 'int' },
];
const SAMPLE_KEY: readonly KeyColumn[] = [
  { sql: Prisma.sql`s."runId"`, type: 'uuid' },
  { sql: Prisma.sql`s."identityOrdinal"`, type: 'int' },
  { sql: Prisma.sql`s."ordinal"`, type: 'int' },
];

/** An order and how to read a row's key in it. */
export interface RowOrder<T> extends KeyOrder {
  readonly keyOf: (row: T) => CursorKey;
}

/** The order of identities; the alias is `i`. */
export function identityOrder(
  order: Exclude<IdentityOrder, 'NEAREST_IN_VERSION'>,
): RowOrder<Identity> {
  if (order === 'ORDINAL') {
    return { columns: IDENTITY_KEY, mark: null, keyOf: (row) => [row.runId, row.ordinal] };
  }
  const distance = {
    sql: Prisma.sql`i."nearestDistance"`,
    type: 'float',
    isNullable: true,
  } as const;
  return {
    columns: [distance, ...IDENTITY_KEY],
    mark: null,
    keyOf: (row) => [row.nearestDistance, row.runId, row.ordinal],
  };
}

/** A sample with its place in the shuffle (see shuffle.ts); in other orders without. */
export type OrderedSample = Sample & { readonly place?: number; readonly shuffle?: string };

/**
 * The order of samples of a version; the alias is `s`. Where every distance is there, the index begins a page where it is.
 *
 * @param seed of the shuffle
 */
export function sampleOrder(
  order: SampleOrder,
  seed: number,
  { parts }: Pick<VersionScope, 'parts'>,
): RowOrder<OrderedSample> {
  const key = (row: Sample): CursorKey => [row.runId, row.identityOrdinal, row.ordinal];
  switch (order) {
    case 'ORDINAL':
      return { columns: SAMPLE_KEY, mark: null, keyOf: key };
    case 'DISTANCE_TO_REFERENCE':
      return {
        columns: [
          {
            sql: Prisma.sql`s."distanceToReference"`,
            type: 'float',
            isNullable: !parts.every(({ isMeasured }) => isMeasured),
          },
          ...SAMPLE_KEY,
        ],
        mark: 'distance',
        keyOf: (row) => ['distance', row.distanceToReference, ...key(row)],
      };
    case 'QUALITY':
      return {
        columns: [{ sql: Prisma.sql`s."quality"`, type: 'float', isNullable: true }, ...SAMPLE_KEY],
        mark: 'quality',
        keyOf: (row) => ['quality', row.quality, ...key(row)],
      };
    case 'RANDOM': {
      const mark = `random ${seed}`;
      return {
        columns: [...shuffleColumns(seed), ...SAMPLE_KEY],
        mark,
        keyOf: (row) => [mark, row.place ?? null, row.shuffle ?? null, ...key(row)],
      };
    }
  }
}
