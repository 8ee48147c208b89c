/** @file What is known of the covariates of single samples: it stands in their rows and beside their images. */

import type { ObjectStore } from '@colloid/storage';

import type { Json } from '../digest.ts';
import { getArray } from './arrays.ts';
import { overlaps, type ShardRange } from './layout.ts';
import type { VariationShard } from './variations.ts';

/** The covariates of one sample. */
export interface SampleCovariates {
  readonly [key: string]: Json;
  /** What it was made to show, such as 'smile'; null where it was not made to show anything. */
  readonly label: string | null;
  /** How far it began along each direction, `covariate:negative/positive`, in units of the mean of its farther side. */
  readonly weights: { readonly [direction: string]: number };
}

/** The covariates of the variations of one shard, by `identity/ordinal`; empty without covariates. */
export async function covariatesOfShard(
  store: ObjectStore,
  range: Pick<ShardRange, 'firstIdentity' | 'identities'>,
  variations: readonly VariationShard[],
): Promise<ReadonlyMap<string, SampleCovariates>> {
  const found = new Map<string, SampleCovariates>();
  for (const part of variations.filter((each) => overlaps(each, range))) {
    if (part.weights === null) continue;
    const { directions } = part.weights;
    const values = await getArray(store, part.weights.values);
    const perIdentity = values.length / directions.length / part.identities;
    for (let row = 0; row < part.identities * perIdentity; row += 1) {
      const variation = row % perIdentity;
      const identity = part.firstIdentity + Math.floor(row / perIdentity);
      found.set(`${identity}/${variation + 1}`, {
        label: part.labels?.[variation] ?? null,
        weights: Object.fromEntries(
          directions.map((name, k) => [name, values[row * directions.length + k] ?? 0]),
        ),
      });
    }
  }
  return found;
}
