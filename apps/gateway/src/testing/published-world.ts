/** @file A gateway with a release that was made, checked, approved and published as people and a worker do: what tests of downloads begin with. */
import type { Actor, CheckName, Release } from '@colloid/catalog';
import { DATASHEET_QUESTIONS } from '@colloid/formats';
import { checkRelease } from '@colloid/pipeline';
import { PackingReader, sealer, signingKeyOf } from '@colloid/pipeline/client';
import { openRuntime } from '@colloid/sampler';

import { ensureUser } from '../auth/users.ts';
import { toGlobalId } from '../ids.ts';
import { beginRun, completeRun } from './seed-run.ts';
import { SEED_PASSWORD, seedRun, seedTeam } from './seed-team.ts';
import type { SeededTeam } from './seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from './start.ts';
import type { TestGateway } from './start.ts';

/** A gateway, a team with a release, and somebody outside of the team. */
export interface PublishedWorld {
  readonly gateway: TestGateway;
  readonly lab: SeededTeam;
  /** Of 4 identities with 3 images each; its files are given to who agrees to its terms. */
  readonly gated: Release;
  readonly outsider: { readonly userId: string };
  readonly cookies: { readonly owner: string; readonly outsider: string };
  /** Publishes another release of the same version. */
  publish(options: {
    readonly semanticVersion: string;
    readonly isGated: boolean;
  }): Promise<Release>;
  /** Asks for a file of a release. @param options.cookie @default the owner's */
  get(
    release: Pick<Release, 'id'>,
    path: string,
    options?: {
      readonly cookie?: string;
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<Response>;
}

/** Starts it; whoever starts it stops its gateway. */
export async function startPublishedWorld(): Promise<PublishedWorld> {
  const gateway = await startTestGateway();
  const { catalog, store } = gateway;
  const size = { identities: 6, variations: 3 };
  const lab = await seedTeam({ catalog, secret: TEST_SECRET, name: 'lab', ...size });
  const { actor, team } = lab;
  const reviewer = await person(gateway, 'reviewer');
  await catalog.teams.addMember({ actor, teamId: team.id, ...reviewer, role: 'REVIEWER' });
  const outsider = await person(gateway, 'outsider');
  await catalog.releases.setReleasePolicy({
    actor,
    teamId: team.id,
    requiredChecks: ['SHARD_INTEGRITY', 'SYNTHETIC_MARK', 'LICENCES', 'DATASHEET'],
  });
  const run = await seedRun(catalog, lab);
  await beginRun({ catalog, store }, run.id);
  const whole = await completeRun({ catalog, store }, { runId: run.id, identities: 6, samples: 4 });
  const { id: versionId } = await catalog.subsets.materialiseSubset({
    actor,
    from: { versionId: whole.id, query: { maxIdentities: 4, perIdentity: 3, seed: 1 } },
  });
  const publish: PublishedWorld['publish'] = (options) =>
    publishRelease({ gateway, actor, reviewer, versionId, ...options });
  const gated = await publish({ semanticVersion: '1.0.0', isGated: true });
  const cookieOf = async (email: string): Promise<string> => (await signIn(gateway, email)).cookie;
  const cookies = {
    owner: await cookieOf(lab.email),
    outsider: await cookieOf('outsider@example.org'),
  };
  return {
    gateway,
    lab,
    gated,
    outsider,
    cookies,
    publish,
    get: (release, path, options = {}) => {
      const { cookie = cookies.owner, method = 'GET', headers = {} } = options;
      return fetch(`${gateway.url}/api/releases/${toGlobalId('Release', release)}/${path}`, {
        method,
        headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
      });
    },
  };
}

/** All that a response brings. */
export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

async function person(
  { catalog }: TestGateway,
  name: string,
): Promise<{ readonly userId: string }> {
  const email = `${name}@example.org`;
  const account = { catalog, secret: TEST_SECRET, email, name, password: SEED_PASSWORD };
  return { userId: (await ensureUser(account)).id };
}

/** Drafts, checks, approves and publishes a release as people and a worker do. */
async function publishRelease(options: {
  readonly gateway: TestGateway;
  readonly actor: Actor;
  readonly reviewer: Actor;
  readonly versionId: string;
  readonly semanticVersion: string;
  readonly isGated: boolean;
}): Promise<Release> {
  const { actor, reviewer, versionId } = options;
  const { catalog, store } = options.gateway;
  const { id: releaseId, candidateDigest } = await catalog.releases.createRelease({
    actor,
    versionId,
    semanticVersion: options.semanticVersion,
    title: 'Faces for tests',
    terms: {
      licence: 'CC-BY-4.0',
      text: 'Be kind.',
      isGated: options.isGated,
      reach: 'PUBLIC',
    },
    datasheet: DATASHEET_QUESTIONS.map((question) => ({ question, answer: 'For tests.' })),
  });
  const checks: CheckName[] = [];
  await catalog.releases.requestReview({ actor, releaseId }, async (_, names) => {
    checks.push(...names);
  });
  const runtime = await openRuntime({ provider: 'cpu', threads: 1 });
  try {
    for (const check of checks) {
      await checkRelease({
        catalog,
        store,
        runtime,
        check,
        signal: new AbortController().signal,
        onFault: (error) => {
          throw error;
        },
      });
    }
  } finally {
    await runtime.close();
  }
  await catalog.releases.reviewRelease({
    actor: reviewer,
    releaseId,
    candidateDigest,
    decision: 'APPROVE',
  });
  const reader = new PackingReader(store);
  const key = signingKeyOf(TEST_SECRET);
  return catalog.releases.publishRelease(
    { actor, releaseId, candidateDigest },
    sealer({ reader, key }),
  );
}
