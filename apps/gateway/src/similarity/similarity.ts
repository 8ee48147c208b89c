/** @file Identities that look alike: exact search over the embeddings of all references of a version. */
import { CatalogError } from '@colloid/catalog';
import type { Actor, Catalog, IdentityKey } from '@colloid/catalog';
import type { ObjectStore } from '@colloid/storage';
import { LRUCache } from 'lru-cache';

import { loadReferences } from './references.ts';
import type { References } from './references.ts';

/** Most bytes of embeddings that are kept: ten runs of 10 000 identities with 512 numbers each take 200 MB. */
const CACHE_BYTES = 256 * 1024 * 1024;
const MOST = 500;

/** An identity with its angular distance to the one asked for, radians. */
export interface Neighbour extends IdentityKey {
  readonly distance: number;
}

/** Search by likeness. */
export interface Similarity {
  /**
   * The identities of a version nearest to one of it, nearest first, without itself.
   *
   * @throws CatalogError NOT_FOUND, INVALID
   */
  nearest(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly to: IdentityKey;
    readonly first: number;
  }): Promise<Neighbour[]>;
}

/** Searches in the embeddings that `store` holds; those of a run are read once and kept while there is room. */
export function createSimilarity(services: {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
}): Similarity {
  const cache = new LRUCache<string, References>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ rows }) => Math.max(1, rows.byteLength),
    fetchMethod: (runId) => loadReferences(services, runId),
    // Other runs may take the place of one that is still being read; whoever waits for it gets it all the same.
    ignoreFetchAbort: true,
  });
  return {
    async nearest({ actor, versionId, to, first }) {
      if (!Number.isInteger(first) || first < 1 || first > MOST) {
        throw new CatalogError('INVALID', `'first' is ${first}; ask for 1 to ${MOST}.`, {
          path: ['first'],
        });
      }
      const members = await services.catalog.samples.identityMembers({ actor, versionId });
      const own = members.find((member) => member.runId === to.runId);
      if (own === undefined || !own.has(to.ordinal)) {
        throw new CatalogError('NOT_FOUND', 'This version has no such identity.', { path: ['to'] });
      }
      const runs: { member: (typeof members)[number]; references: References }[] = [];
      for (const member of members) {
        const references = await cache.fetch(member.runId);
        if (references !== undefined) runs.push({ member, references });
      }
      const home = runs.find((run) => run.member === own)?.references;
      const width = home?.width ?? 0;
      const query = home?.rows.slice(to.ordinal * width, (to.ordinal + 1) * width);
      if (query === undefined || query.length === 0) {
        throw new CatalogError('NOT_FOUND', 'The embeddings of this run are not stored.', {
          path: ['to'],
        });
      }
      const found = runs
        // Embeddings of another recogniser have no angle to these.
        .filter((run) => run.references.width === width)
        .flatMap(({ member, references }) =>
          anglesTo(query, references).map((distance, ordinal) => ({
            runId: member.runId,
            ordinal,
            distance,
            isMember: member.has(ordinal) && !(member === own && ordinal === to.ordinal),
          })),
        )
        .filter((each) => each.isMember && Number.isFinite(each.distance));
      return found
        .toSorted((a, b) => a.distance - b.distance || a.ordinal - b.ordinal)
        .slice(0, first)
        .map(({ runId, ordinal, distance }) => ({ runId, ordinal, distance }));
    },
  };
}

/** The angle of each row to `query`; NaN for a row of zeros, which stands for an identity without an embedding. */
function anglesTo(query: Float32Array, { rows, width }: References): number[] {
  const length = Math.hypot(...query);
  const angles: number[] = [];
  for (let start = 0; start < rows.length; start += width) {
    let dot = 0;
    let square = 0;
    for (let column = 0; column < width; column += 1) {
      const value = rows[start + column] ?? 0;
      dot += value * (query[column] ?? 0);
      square += value * value;
    }
    angles.push(Math.acos(Math.max(-1, Math.min(1, dot / (length * Math.sqrt(square))))));
  }
  return angles;
}
