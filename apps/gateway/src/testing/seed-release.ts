/** @file A release in any state, written as the services and workers leave it, for tests that are about what comes next. */
import { randomUUID } from 'node:crypto';

import { RELEASE_CHECK_KINDS } from '@colloid/catalog';
import type { Catalog, DatasetVersion, Release, ReleaseState } from '@colloid/catalog';
import { putContent } from '@colloid/storage';
import type { ObjectStore } from '@colloid/storage';

/** Each release comes after all that were seeded before, so that any of them can be published. */
let seeded = 0;

/** The next semantic version. */
export function nextVersion(): string {
  seeded += 1;
  return `1.0.${seeded}`;
}

/** What to seed. */
export interface SeededRelease {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly version: DatasetVersion;
  /** @default a person who is gone */
  readonly authorId?: string;
  /** Whose approval it has where it was reviewed. */
  readonly approverId: string;
  readonly state: ReleaseState;
  readonly isGated?: boolean;
}

/** Writes a release with passed checks, and from APPROVED on with an approval. */
export async function seedRelease(options: SeededRelease): Promise<Release> {
  const { catalog, store, version, approverId, state, isGated = false } = options;
  const { authorId = randomUUID() } = options;
  const semanticVersion = nextVersion();
  const candidateDigest = randomUUID().replaceAll('-', '').repeat(2);
  const packing = await seedPacking(store, version.digest);
  const isPublished = state === 'PUBLISHED' || state === 'RETRACTED';
  const isApproved = isPublished || state === 'APPROVED';
  return catalog.prisma.release.create({
    data: {
      datasetId: version.datasetId,
      versionId: version.id,
      // Above what createRelease counts up to.
      number: 1_000_000 + seeded,
      state,
      semanticVersion,
      heldVersion: state === 'WITHDRAWN' ? null : semanticVersion,
      title: 'Faces',
      licence: 'CC-BY-4.0',
      termsText: isGated ? 'Use it well.' : '',
      isGated,
      datasheet: [],
      candidateDigest,
      authorId,
      editorIds: [authorId],
      checkAttempt: 1,
      ...(isPublished ? { publishedAt: new Date(), publishedById: approverId } : {}),
      checks: {
        create: RELEASE_CHECK_KINDS.map((kind) => ({
          kind,
          state: 'PASSED' as const,
          candidateDigest,
          attempt: 1,
          sentence: 'Nothing was found.',
          evidence: kind === 'SHARD_INTEGRITY' ? { packing } : {},
          finishedAt: new Date(),
        })),
      },
      reviews: {
        create: isApproved ? [{ authorId: approverId, decision: 'APPROVE', candidateDigest }] : [],
      },
      threads: {
        create: [{ comments: { create: [{ authorId: approverId, body: 'Looks good.' }] } }],
      },
    },
  });
}

/** A packing list without any shard; returns its digest. */
export async function seedPacking(store: ObjectStore, versionDigest: string): Promise<string> {
  const zip = { name: 'dataset.zip', sizeBytes: 22, sha256: 'f'.repeat(64) };
  const packing = { packing: 1, versionDigest, documents: [], shards: [], zip };
  const { digest } = await putContent(store, new TextEncoder().encode(JSON.stringify(packing)));
  return digest;
}
