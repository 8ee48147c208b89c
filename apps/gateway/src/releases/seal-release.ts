/** @file The manifest of a release that is being published: from the catalog's facts and the list of files that its check made. */
import type { ReleaseFacts, SealManifest } from '@colloid/catalog';
import { manifestText, PackingReader } from '@colloid/pipeline/client';
import type { SigningKey } from '@colloid/pipeline/client';
import type { ObjectStore } from '@colloid/storage';
import { z } from 'zod';

/** What the check of the stored files leaves: the digest of the packing list. */
const ZEvidence = z.object({ packing: z.string() });

/** Writes manifests and signs them with the installation's key. */
export function createSealer(options: {
  readonly store: Pick<ObjectStore, 'get'>;
  readonly key: SigningKey;
}): SealManifest {
  const { store, key } = options;
  const reader = new PackingReader(store);
  return async (facts) => {
    const packing = await reader.packing(packingDigestOf(facts));
    const text = manifestText({ ...toManifest(facts), keyId: key.id }, packing);
    const signature = key.sign(new TextEncoder().encode(text));
    return { text, signature, key: { id: key.id, publicKey: key.publicKey } };
  };
}

function packingDigestOf({ checks }: ReleaseFacts): string {
  const check = checks.find(({ kind }) => kind === 'SHARD_INTEGRITY');
  return ZEvidence.parse(check?.evidence).packing;
}

function toManifest({ releaseId: _, versionId: __, ...facts }: ReleaseFacts) {
  return {
    ...facts,
    checks: facts.checks.map(({ evidence: _, finishedAt, ...check }) => ({
      ...check,
      finishedAt: finishedAt?.toISOString() ?? null,
    })),
    approvals: facts.approvals.map(({ at, ...approval }) => ({
      ...approval,
      at: at.toISOString(),
    })),
    publishedAt: facts.publishedAt.toISOString(),
  };
}
