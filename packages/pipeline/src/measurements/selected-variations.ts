/** @file The variations that a version selects, in the order in which they are measured: identity by identity, whole. */

import type { VariationShard } from '@colloid/sampler';

import type { IdentityOwner, SampleRows } from '../versions/embeddings.ts';

/**
 * The selected variations of consecutive identities; runs of identities with as many variations each are one shard. An identity whose images lie
 * in several shards waits for the last of them.
 *
 * @param samples in the order of `owners`, those of one identity in consecutive shards
 * @param owners all identities of the version
 */
export async function* variationsOf(
  samples: AsyncIterable<SampleRows>,
  owners: readonly IdentityOwner[],
): AsyncGenerator<VariationShard> {
  let next = 0;
  for await (const shard of inWholeIdentities(samples)) {
    const rows = Map.groupBy(variationRows(shard), (row) => shard.owners[row]?.identity ?? -1);
    const rowsAt = (index: number): readonly number[] =>
      rows.get(owners[index]?.identity ?? -1) ?? [];
    const end = endOf(owners, { from: next, shard });
    while (next < end) {
      const firstIdentity = next;
      const variations = rowsAt(next).length;
      next += 1;
      // Identities without variations come one by one, as the measure takes them.
      if (variations > 0) while (next < end && rowsAt(next).length === variations) next += 1;
      const wanted = Array.from({ length: next - firstIdentity }, (_, k) =>
        rowsAt(firstIdentity + k),
      ).flat();
      const { theta, rows: embeddings, latents } = pickRows(shard, wanted);
      const own = { firstIdentity, variations, theta, embeddings };
      yield latents === null ? own : { ...own, latents };
    }
  }
}

function variationRows({ owners }: SampleRows): readonly number[] {
  return [...owners.keys()].filter((row) => (owners[row]?.sample ?? 0) > 0);
}

/** The same samples: an identity that goes on in the next shard is kept back for it. Memory: one shard and the images of one identity. */
async function* inWholeIdentities(samples: AsyncIterable<SampleRows>): AsyncGenerator<SampleRows> {
  let kept: SampleRows | null = null;
  for await (const shard of samples) {
    const all: SampleRows = kept === null ? shard : together(kept, shard);
    kept = null;
    if (!all.goesOn) {
      yield all;
      continue;
    }
    const last = all.owners.at(-1)?.identity;
    const cut = all.owners.findIndex(({ identity }) => identity === last);
    const rows = [...all.owners.keys()];
    if (cut > 0) yield pickRows(all, rows.slice(0, cut));
    kept = pickRows(all, rows.slice(cut));
  }
}

/** Rows of one run, one shard after the other. */
function together(a: SampleRows, b: SampleRows): SampleRows {
  return {
    ...b,
    owners: [...a.owners, ...b.owners],
    rows: joined(a.rows, b.rows),
    theta: joined(a.theta, b.theta),
    latents: a.latents === null || b.latents === null ? null : joined(a.latents, b.latents),
  };
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The first identity from `from` on that is not of the shard. */
function endOf(
  owners: readonly IdentityOwner[],
  { from, shard }: { readonly from: number; readonly shard: SampleRows },
): number {
  const last = shard.owners.at(-1)?.identity ?? -1;
  let end = from;
  while (end < owners.length) {
    const owner = owners[end];
    if (owner?.run !== shard.run || owner.identity > last) break;
    end += 1;
  }
  return end;
}

function pickRows(shard: SampleRows, wanted: readonly number[]): SampleRows {
  const { owners, rows, theta, latents, embeddingDim } = shard;
  const take = (values: Float32Array, width: number): Float32Array => {
    const taken = new Float32Array(wanted.length * width);
    for (const [index, row] of wanted.entries()) {
      taken.set(values.subarray(row * width, (row + 1) * width), index * width);
    }
    return taken;
  };
  return {
    ...shard,
    owners: wanted.flatMap((row) => owners[row] ?? []),
    rows: take(rows, embeddingDim),
    theta: take(theta, 1),
    latents: latents === null ? null : take(latents, latents.length / owners.length),
  };
}
