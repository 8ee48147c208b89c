/** @file Which samples lie in which shard: identity-major, each reference before its variations, about a thousand to a shard. */

const SAMPLES_PER_SHARD = 1000;

export interface ShardRange {
  readonly ordinal: number;
  readonly firstIdentity: number;
  readonly identities: number;
}

/** Cuts `identities` of `samplesPerIdentity` images each into shards of whole identities. */
export function shardRanges(identities: number, samplesPerIdentity: number): readonly ShardRange[] {
  const perShard = Math.max(1, Math.floor(SAMPLES_PER_SHARD / samplesPerIdentity));
  return Array.from({ length: Math.ceil(identities / perShard) }, (_, ordinal) => ({
    ordinal,
    firstIdentity: ordinal * perShard,
    identities: Math.min(perShard, identities - ordinal * perShard),
  }));
}

/** Whether identities of both ranges are the same. */
export function overlaps(
  shard: Pick<ShardRange, 'firstIdentity' | 'identities'>,
  range: Pick<ShardRange, 'firstIdentity' | 'identities'>,
): boolean {
  return (
    shard.firstIdentity < range.firstIdentity + range.identities &&
    range.firstIdentity < shard.firstIdentity + shard.identities
  );
}

/**
 * The rows of identities `first` to `first + count` with each reference before its variations.
 *
 * @param references `[N, width]`
 * @param variations `[N, perIdentity, width]`
 * @returns `[count, 1 + perIdentity, width]`
 */
export function interleave(options: {
  readonly references: Float32Array;
  readonly variations: Float32Array;
  readonly width: number;
  readonly perIdentity: number;
  readonly first: number;
  readonly count: number;
}): Float32Array {
  const { references, variations, width, perIdentity, first, count } = options;
  const rows = new Float32Array(count * (1 + perIdentity) * width);
  for (let offset = 0; offset < count; offset += 1) {
    const identity = first + offset;
    const row = offset * (1 + perIdentity) * width;
    rows.set(references.subarray(identity * width, (identity + 1) * width), row);
    const from = identity * perIdentity * width;
    rows.set(variations.subarray(from, from + perIdentity * width), row + width);
  }
  return rows;
}
