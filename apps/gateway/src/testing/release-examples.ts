/** @file One way of asking for each operation on releases; each attempt has a release of its own. */
import { randomUUID } from 'node:crypto';

import type { Release, ReleaseState } from '@colloid/catalog';

import { toGlobalId } from '../ids.ts';
import { mutation } from './example.ts';
import type { Example } from './example.ts';
import { nextVersion, seedRelease } from './seed-release.ts';

type Options = Parameters<Example['variables']>[0];

interface Wanted {
  readonly state: ReleaseState;
  /** Whether whoever asks has drafted it. */
  readonly isOwn?: boolean;
  readonly isGated?: boolean;
}

async function seed({ world, persona }: Options, wanted: Wanted): Promise<Release> {
  const { services, version, lab } = world;
  const { state, isOwn = false, isGated = false } = wanted;
  return seedRelease({
    catalog: services.catalog,
    store: services.store,
    version,
    state,
    isGated,
    approverId: lab.actor.userId,
    ...(isOwn ? { authorId: persona.actor?.userId ?? randomUUID() } : {}),
  });
}

/** The input of a mutation that names a release and perhaps its candidate. */
function onRelease(wanted: Wanted, rest: (release: Release | null) => object = () => ({})) {
  return async (options: Options): Promise<object> => {
    const release = options.isFake ? null : await seed(options, wanted);
    const id = release?.id ?? randomUUID();
    return { releaseId: toGlobalId('Release', { id }), ...rest(release) };
  };
}

const digestOf = (release: Release | null) => ({
  candidateDigest: release?.candidateDigest ?? 'a'.repeat(64),
});

/** Mutations of releases. */
export const RELEASE_MUTATIONS = {
  acceptReleaseTerms: mutation(
    'acceptReleaseTerms',
    onRelease({ state: 'PUBLISHED', isGated: true }),
  ),
  commentOnRelease: mutation(
    'commentOnRelease',
    onRelease({ state: 'IN_REVIEW' }, () => ({ body: 'Why?', subject: 'check:LEAKAGE' })),
  ),
  createRelease: mutation('createRelease', ({ ids }) => ({
    versionId: ids.DatasetVersion,
    semanticVersion: nextVersion(),
    title: 'Faces',
    terms: { licence: 'CC-BY-4.0' },
  })),
  publishRelease: mutation('publishRelease', onRelease({ state: 'APPROVED' }, digestOf)),
  requestReview: mutation('requestReview', onRelease({ state: 'DRAFT' })),
  resolveThread: mutation('resolveThread', async (options) => {
    if (options.isFake) return { threadId: randomUUID(), isResolved: true };
    const { id: releaseId } = await seed(options, { state: 'IN_REVIEW' });
    const { prisma } = options.world.services.catalog;
    const thread = await prisma.releaseThread.findFirstOrThrow({ where: { releaseId } });
    return { threadId: thread.id, isResolved: true };
  }),
  retractRelease: mutation(
    'retractRelease',
    onRelease({ state: 'PUBLISHED' }, () => ({ reason: 'A face is real.' })),
  ),
  reviewRelease: mutation(
    'reviewRelease',
    onRelease({ state: 'IN_REVIEW' }, (release) => ({
      ...digestOf(release),
      decision: 'APPROVE',
    })),
  ),
  runReleaseChecks: mutation('runReleaseChecks', onRelease({ state: 'IN_REVIEW' })),
  setReleasePolicy: mutation('setReleasePolicy', ({ ids }) => ({
    teamId: ids.Team,
    approvalsNeeded: 1,
  })),
  updateRelease: mutation(
    'updateRelease',
    onRelease({ state: 'DRAFT', isOwn: true }, () => ({ title: 'Other faces' })),
  ),
  withdrawRelease: mutation('withdrawRelease', onRelease({ state: 'DRAFT', isOwn: true })),
} satisfies Record<string, Example>;
