/** @file A release as clients of the API make it: drafted, reviewed, published, taken back; watched meanwhile, and seen by others. */
import { isDeepStrictEqual } from 'node:util';

import { RELEASE_CHECK_KINDS } from '@colloid/catalog';
import type { DatasetVersion } from '@colloid/catalog';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';

import { fromGlobalId, toGlobalId } from '../../ids.ts';
import { seedPacking, seedRelease } from '../../testing/seed-release.ts';
import { beginRun, completeRun } from '../../testing/seed-run.ts';
import { seedRun, seedTeam } from '../../testing/seed-team.ts';
import type { SeededTeam } from '../../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../../testing/start.ts';
import type { TestClient, TestGateway } from '../../testing/start.ts';

let gateway: TestGateway;
let owner: TestClient;
let reviewer: TestClient;
let stranger: TestClient;
let reviewerId: string;
let lab: SeededTeam;
let version: DatasetVersion;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  const size = { identities: 2, variations: 1 };
  const seed = (name: string) => seedTeam({ catalog, secret: TEST_SECRET, name, ...size });
  lab = await seed('ada');
  const bob = await seed('bob');
  const { id: runId } = await seedRun(catalog, lab);
  await beginRun(gateway, runId);
  version = await completeRun(gateway, { runId, identities: 2, samples: 2 });
  reviewerId = bob.actor.userId;
  await catalog.teams.addMember({
    actor: lab.actor,
    teamId: lab.team.id,
    userId: reviewerId,
    role: 'REVIEWER',
  });
  owner = await signIn(gateway, lab.email);
  reviewer = await signIn(gateway, bob.email);
  stranger = await signIn(gateway, (await seed('eve')).email);
});
afterAll(() => gateway.stop());

const RELEASE = `id number state candidateDigest semanticVersion title blockers viewerCan approvalsGiven approvalsNeeded
  version { number } dataset { slug } versionNumber versionDigest identityCount sampleCount teamSlug datasetTitle
  author { name } terms { licence text isGated reach } datasheet { question answer } galleries { id }
  checks { kind state sentence isRequired evidence } reviews { author { name } decision isVoid body } requestedReviewers { name }
  threads { id subject isResolved comments { author { name } body } } previousRelease { number } manifestUrl signingKey { id }
  retraction { reason by { name } } downloadCount hasAcceptedTerms`;

interface ReleaseAnswer {
  readonly id: string;
  readonly state: string;
  readonly candidateDigest: string;
  readonly viewerCan: readonly string[];
  readonly threads: readonly { readonly id: string }[];
}

/** Sends a mutation, which must do what it is asked. */
async function mutate(client: TestClient, name: string, input: object): Promise<ReleaseAnswer> {
  const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
  const data = await client.data<
    Record<string, { readonly release: ReleaseAnswer | null; readonly userErrors: unknown }>
  >(
    `mutation ($input: ${type}!) { ${name}(input: $input) { release { ${RELEASE} } userErrors { code message path } } }`,
    { input },
  );
  const payload = data[name];
  expect(payload?.userErrors).toEqual([]);
  if (payload?.release == null) throw new Error(`${name} gave no release.`);
  return payload.release;
}

const readAs = async (client: TestClient, id: string) =>
  (
    await client.data<{ node: ReleaseAnswer | null }>(
      `query ($id: ID!) { node(id: $id) { ... on Release { ${RELEASE} } } }`,
      { id },
    )
  ).node;

test('a release goes from draft to retraction, and whoever watches it sees every step', async () => {
  const draft = await mutate(owner, 'createRelease', {
    versionId: toGlobalId('DatasetVersion', version),
    semanticVersion: '0.1.0',
    title: 'First faces',
    terms: { licence: 'CC-BY-4.0', text: 'Use it well.', isGated: true, reach: 'PUBLIC' },
    datasheet: [{ question: 'Why?', answer: 'To test.' }],
  });
  const { id: releaseId } = draft;
  expect(draft).toMatchObject({
    number: 1,
    state: 'DRAFT',
    version: { number: 1 },
    dataset: { slug: 'faces' },
    author: { name: 'ada' },
    checks: [],
    viewerCan: ['EDIT', 'REQUEST_REVIEW', 'RUN_CHECKS', 'COMMENT', 'WITHDRAW'],
    manifestUrl: null,
    signingKey: null,
  });
  const watched = watch(reviewer.cookie, releaseId);
  // A watcher is shown the release as it is when an event is looked at, so that the next step waits until this one has been seen.
  const seen = (state: string) => vi.waitFor(() => expect(watched.states).toContain(state), 20_000);
  await seen('DRAFT');
  expect(await readAs(stranger, releaseId)).toBeNull();

  const opened = await mutate(owner, 'requestReview', { releaseId, reviewerIds: [reviewerId] });
  expect(opened).toMatchObject({ state: 'IN_REVIEW', requestedReviewers: [{ name: 'bob' }] });
  await seen('IN_REVIEW');
  const { candidateDigest } = opened;
  const discussed = await mutate(reviewer, 'commentOnRelease', {
    releaseId,
    subject: 'check:LEAKAGE',
    body: 'Why?',
  });
  const [thread] = discussed.threads;
  await mutate(owner, 'resolveThread', { threadId: thread?.id ?? '', isResolved: true });
  await passChecks(releaseId);
  const approved = await mutate(reviewer, 'reviewRelease', {
    releaseId,
    candidateDigest,
    decision: 'APPROVE',
  });
  expect(approved).toMatchObject({
    state: 'APPROVED',
    blockers: [],
    approvalsGiven: 1,
    threads: [
      { subject: 'check:LEAKAGE', isResolved: true, comments: [{ author: { name: 'bob' } }] },
    ],
  });

  await seen('APPROVED');
  const published = await mutate(owner, 'publishRelease', { releaseId, candidateDigest });
  expect(published).toMatchObject({
    state: 'PUBLISHED',
    manifestUrl: `/api/releases/${releaseId}/manifest.json`,
    signingKey: { id: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
  });
  const { catalog } = gateway;
  const key = fromGlobalId(releaseId);
  const id = key?.type === 'Release' ? key.key.id : '';
  const manifest = await catalog.prisma.releaseManifest.findUniqueOrThrow({
    where: { releaseId: id },
  });
  expect(JSON.parse(manifest.text)).toMatchObject({
    candidateDigest,
    versionDigest: version.digest,
    approvals: [{ by: { name: 'bob' } }],
    publishedBy: { name: 'ada' },
  });

  expect(await readAs(stranger, releaseId)).toMatchObject({
    version: null,
    dataset: null,
    teamSlug: 'ada-lab',
    datasetTitle: 'Faces',
    sampleCount: 4,
    author: null,
    reviews: [],
    threads: [],
    galleries: [],
    viewerCan: ['ACCEPT_TERMS'],
    hasAcceptedTerms: false,
  });
  const accepted = await mutate(stranger, 'acceptReleaseTerms', { releaseId });
  expect(accepted.viewerCan).toEqual(['DOWNLOAD']);
  const list = '{ publishedReleases { totalCount edges { node { id } } } }';
  expect(await stranger.data(list)).toEqual({
    publishedReleases: { totalCount: 1, edges: [{ node: { id: releaseId } }] },
  });

  await seen('PUBLISHED');
  const reason = 'A face is real.';
  const retracted = await mutate(owner, 'retractRelease', { releaseId, reason });
  expect(retracted).toMatchObject({
    state: 'RETRACTED',
    retraction: { reason, by: { name: 'ada' } },
    manifestUrl: null,
  });
  expect(await readAs(stranger, releaseId)).toMatchObject({
    retraction: { reason, by: null },
    viewerCan: [],
  });
  const steps = ['DRAFT', 'IN_REVIEW', 'APPROVED', 'PUBLISHED', 'RETRACTED'];
  await seen('RETRACTED');
  expect(watched.states.filter((state, at, all) => state !== all[at - 1])).toEqual(steps);
  await watched.socket.dispose();
});

test('a stranger can neither watch a draft nor tell it from one that is not there', async () => {
  const { id } = await seedRelease({
    ...gateway,
    version,
    approverId: lab.actor.userId,
    state: 'DRAFT',
  });
  const refusals = await Promise.all(
    [toGlobalId('Release', { id }), toGlobalId('Release', { id: lab.team.id }), 'none'].map(
      (releaseId) => watch(stranger.cookie, releaseId).ended,
    ),
  );
  expect(refusals[0]).toMatch(/There is no such release/);
  expect(refusals.every((refusal) => isDeepStrictEqual(refusal, refusals[0]))).toBe(true);
});

test('a reviewer reads the candidate they judged, and is told how far a check of the new one is', async () => {
  const draft = await mutate(owner, 'createRelease', {
    versionId: toGlobalId('DatasetVersion', version),
    semanticVersion: '5000.0.0',
    title: 'Reviewed faces',
    terms: { licence: 'CC-BY-4.0' },
    datasheet: [{ question: 'Why?', answer: 'To test.' }],
  });
  const { id: releaseId, candidateDigest } = draft;
  await mutate(owner, 'requestReview', { releaseId });
  const body = 'Say why.';
  const objection = { releaseId, candidateDigest, decision: 'REQUEST_CHANGES', body };
  await mutate(reviewer, 'reviewRelease', objection);
  await mutate(owner, 'updateRelease', { releaseId, terms: { licence: 'MIT' } });
  const read = (client: TestClient, digest: string) =>
    client.data<{ node: object | null }>(
      `query ($id: ID!, $digest: String!) { node(id: $id) { ... on Release {
        terms { licence }
        candidate(digest: $digest) { digest version { number } terms { licence } datasheet { answer } galleries }
        reviews { standing { approvalsNeeded approverRole requiredChecks checks { kind state sentence } } }
      } } }`,
      { id: releaseId, digest },
    );
  const { node } = await read(reviewer, candidateDigest);
  expect(node).toMatchObject({
    terms: { licence: 'MIT' },
    candidate: {
      digest: candidateDigest,
      version: { number: 1 },
      terms: { licence: 'CC-BY-4.0' },
      datasheet: [{ answer: 'To test.' }],
      galleries: [],
    },
    reviews: [
      {
        standing: {
          approvalsNeeded: 1,
          approverRole: 'REVIEWER',
          requiredChecks: RELEASE_CHECK_KINDS,
          checks: RELEASE_CHECK_KINDS.map((kind) => ({ kind, state: 'PENDING', sentence: '' })),
        },
      },
    ],
  });
  expect((await read(reviewer, 'f'.repeat(64))).node).toMatchObject({ candidate: null });
  expect((await read(stranger, candidateDigest)).node).toBeNull();

  await mutate(owner, 'requestReview', { releaseId });
  const watched = watch(reviewer.cookie, releaseId);
  await vi.waitFor(() => expect(watched.states).not.toHaveLength(0), 20_000);
  const key = fromGlobalId(releaseId);
  const check = {
    releaseId: key?.type === 'Release' ? key.key.id : '',
    kind: 'SHARD_INTEGRITY',
    attempt: 2,
  } as const;
  const { releaseChecks } = gateway.catalog;
  await releaseChecks.beginCheck(check);
  await releaseChecks.recordProgress(check, { share: 0.25, step: 'shard 12 of 40' });
  await vi.waitFor(() => expect(watched.steps).toContain('0.25 shard 12 of 40'), 20_000);
  await watched.socket.dispose();
});

async function passChecks(releaseId: string): Promise<void> {
  const key = fromGlobalId(releaseId);
  const id = key?.type === 'Release' ? key.key.id : '';
  const packing = await seedPacking(gateway.store, version.digest);
  for (const kind of RELEASE_CHECK_KINDS) {
    await gateway.catalog.releaseChecks.finishCheck(
      { releaseId: id, kind, attempt: 1 },
      {
        state: 'PASSED',
        sentence: 'Nothing was found.',
        evidence: kind === 'SHARD_INTEGRITY' ? { packing } : {},
      },
    );
  }
}

function watch(cookie: string, releaseId: string) {
  const states: string[] = [];
  const steps: string[] = [];
  const socket = createSocketClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    retryAttempts: 0,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, { headers: { cookie, origin: gateway.url } });
      }
    },
  });
  const query =
    'subscription ($id: ID!) { releaseChanged(releaseId: $id) { state checks { progress step } } }';
  const ended = new Promise<string>((resolve) => {
    socket.subscribe<{
      releaseChanged: { state: string; checks: { progress: number; step: string }[] };
    }>(
      { query, variables: { id: releaseId } },
      {
        next: ({ data, errors }) => {
          if (data != null) {
            const { state, checks } = data.releaseChanged;
            states.push(state);
            steps.push(...checks.map(({ progress, step }) => `${progress} ${step}`));
          }
          if (errors !== undefined) resolve(errors.map(({ message }) => message).join(' '));
        },
        error: (error) => resolve(JSON.stringify(error)),
        complete: () => resolve('complete'),
      },
    );
  });
  return { socket, states, steps, ended };
}
