/** @file The nearest other identity of each as one array in the object store, which an activity can name by its digest. */

import type { MeasuredNearest } from '@colloid/catalog';
import { decodeNpy, encodeNpy } from '@colloid/formats';
import type { DatasetMeasures } from '@colloid/sampler';
import { getContent, type ObjectStore, putContent } from '@colloid/storage';

import type { IdentityOwner } from '../versions/embeddings.ts';

/** Numbers of a row: run and identity, run and identity of the nearest other one, θ in radians. */
const COLUMNS = 5;

/** Stores `[N, 5]` of float64, 1.2 MB for 30 000 identities, and returns its digest. */
export async function putNearest(
  store: ObjectStore,
  { theta, index }: DatasetMeasures['nearest'],
  owners: readonly IdentityOwner[],
): Promise<string> {
  const rows = owners.flatMap((owner, row) => {
    const other = owners[index[row] ?? -1];
    if (other === undefined) return [];
    return [owner.run, owner.identity, other.run, other.identity, theta[row] ?? 0];
  });
  const array = encodeNpy(Float64Array.from(rows), [rows.length / COLUMNS, COLUMNS]);
  return (await putContent(store, array)).digest;
}

/** What {@link putNearest} stored. @throws StorageError NOT_FOUND, CORRUPT */
export async function getNearest(store: ObjectStore, digest: string): Promise<MeasuredNearest[]> {
  const { data, shape } = decodeNpy(await getContent(store, digest));
  const [count = 0] = shape;
  const numbers = Float64Array.from(data, Number);
  return Array.from({ length: count }, (_, row) => {
    const at = (column: number): number => numbers[row * COLUMNS + column] ?? 0;
    return {
      run: at(0),
      identity: at(1),
      nearestRun: at(2),
      nearestIdentity: at(3),
      theta: at(4),
    };
  });
}
