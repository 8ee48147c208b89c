/** @file From what is published to a signed manifest: what the catalog calls inside of the transaction that publishes. */

import { CatalogError, type ReleaseFacts, type SealManifest } from '@colloid/catalog';

import { manifestText } from './manifest.ts';
import type { PackingReader } from './packing.ts';
import type { SigningKey } from './signing.ts';

/**
 * Makes manifests of what the check of the shards packed, and signs them with the installation's key.
 *
 * @example await catalog.releases.publishRelease(input, sealer({ reader, key: signingKeyOf(secret) }));
 */
export function sealer({
  reader,
  key,
}: {
  readonly reader: PackingReader;
  readonly key: SigningKey;
}): SealManifest {
  return async (facts) => {
    const packingDigest = packingOf(facts);
    const packing = await reader.packing(packingDigest);
    if (packing.versionDigest !== facts.versionDigest) throw unpacked();
    const { releaseId: _, versionId: __, checks, approvals, publishedAt, ...rest } = facts;
    const text = manifestText(
      {
        ...rest,
        checks: checks.map(({ kind, state, sentence, evidenceDigest, finishedAt }) => ({
          kind,
          state,
          sentence,
          evidenceDigest,
          finishedAt: finishedAt?.toISOString() ?? null,
        })),
        approvals: approvals.map(({ by, at, candidateDigest }) => ({
          by: { id: by.id, name: by.name },
          at: at.toISOString(),
          candidateDigest,
        })),
        publishedAt: publishedAt.toISOString(),
        packingDigest,
        keyId: key.id,
      },
      packing,
    );
    const signature = key.sign(new TextEncoder().encode(text));
    return { text, signature, key: { id: key.id, publicKey: key.publicKey } };
  };
}

/** Where the list of files is, whatever the policy asks for: without it there is nothing to hand out. */
function packingOf({ checks }: ReleaseFacts): string {
  const check = checks.find(({ kind }) => kind === 'SHARD_INTEGRITY');
  const evidence = check?.state === 'PASSED' ? check.evidence : null;
  const packing =
    typeof evidence === 'object' && evidence !== null && 'packing' in evidence
      ? evidence['packing']
      : null;
  if (typeof packing !== 'string') throw unpacked();
  return packing;
}

function unpacked(): CatalogError {
  return new CatalogError(
    'CONFLICT',
    'The files of this candidate have not been read and packed, which the check of the stored files does; run the checks, and publish when it has passed.',
  );
}
