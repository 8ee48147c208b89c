/** @file Every action of the permission table, tried by everybody. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Catalog } from '../catalog.ts';
import type { Role } from '../generated/client.ts';
import { LEAST_ROLE, ROLES, can, type Action } from '../permissions.ts';
import {
  enqueueNothing,
  makeMember,
  makePerson,
  openTestCatalog,
  startImport,
  startRun,
  type TestCatalog,
} from '../testing/index.ts';
import {
  draftRelease,
  releaseIn,
  sealPlainly,
  type ReleaseWorld,
} from '../testing/release-world.ts';
import { makeVisibleWorld, type VisibleWorld } from '../testing/visible-world.ts';

let open: TestCatalog;
let world: VisibleWorld;
let stranger: Actor;
let members: VisibleWorld['members'];
/** The same team, with people who have to do with releases. */
let releases: ReleaseWorld;

beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeVisibleWorld(open.catalog);
  ({ members, stranger } = world);
  const member = (role: Role) => makeMember(open.catalog, world, role);
  releases = {
    ...world,
    author: await member('CONTRIBUTOR'),
    reviewer: await member('REVIEWER'),
    secondReviewer: await member('REVIEWER'),
    maintainer: await member('MAINTAINER'),
    viewer: members.VIEWER,
    outsider: stranger,
  };
});
afterAll(() => open.close());

function invite(catalog: Catalog, actor: Actor) {
  const email = `${randomUUID()}@example.org`;
  return catalog.invitations.inviteMember({ actor, teamId: world.team.id, email, role: 'VIEWER' });
}

function makeKey(catalog: Catalog, actor: Actor) {
  const { id: teamId } = world.team;
  return catalog.apiKeys.createApiKey({
    actor,
    teamId,
    name: 'key',
    scopes: ['run.read'],
    days: 1,
  });
}

/** One attempt per action that writes; whatever it returns, it must have been allowed to. */
const WRITES: Record<
  Exclude<Action, `${string}.read` | 'dataset.readPrivate' | 'apiKey.readAll'>,
  (catalog: Catalog, actor: Actor) => Promise<unknown>
> = {
  'team.rename': (catalog, actor) =>
    catalog.teams.renameTeam({ actor, teamId: world.team.id, name: randomUUID() }),
  'team.delete': async (catalog, actor) => {
    const { team } = world;
    const here = await catalog.teams.membershipOf({ actor, teamId: team.id });
    // The others need the world; it is only whoever may delete that gets a team for it.
    const { id: teamId, slug } =
      here?.role === 'OWNER'
        ? await catalog.teams.createTeam({ actor, slug: randomUUID(), name: 'Fresh' })
        : team;
    await catalog.teams.deleteTeam({ actor, teamId, slug });
    return catalog.teams.restoreTeam({ actor, teamId });
  },
  'member.add': async (catalog, actor) =>
    catalog.teams.addMember({
      actor,
      teamId: world.team.id,
      userId: (await makePerson(catalog, 'new')).userId,
      role: 'VIEWER',
    }),
  'member.change': async (catalog, actor) => {
    const { userId } = await makeMember(catalog, world, 'VIEWER');
    return catalog.members.setMemberRole({
      actor,
      teamId: world.team.id,
      userId,
      role: 'REVIEWER',
    });
  },
  'member.remove': async (catalog, actor) => {
    const { userId } = await makeMember(catalog, world, 'VIEWER');
    await catalog.members.removeMember({ actor, teamId: world.team.id, userId });
    return userId;
  },
  'member.resetPassword': async (catalog, actor) => {
    const { userId } = await makeMember(catalog, world, 'VIEWER');
    const reset = { identifier: randomUUID(), expiresAt: new Date() };
    await catalog.members.createPasswordReset({
      actor,
      teamId: world.team.id,
      userId,
      ...reset,
    });
    return userId;
  },
  'member.changeEmail': async (catalog, actor) => {
    const member = await makeMember(catalog, world, 'VIEWER');
    await catalog.emailChanges.askForEmail({
      actor: member,
      email: `${randomUUID()}@example.org`,
    });
    await catalog.emailChanges.createConfirmation({
      actor,
      teamId: world.team.id,
      userId: member.userId,
    });
    return member.userId;
  },
  'invitation.create': (catalog, actor) => invite(catalog, actor),
  'invitation.withdraw': async (catalog, actor) =>
    catalog.invitations.withdrawInvitation({
      actor,
      invitationId: (await invite(catalog, world.owner)).invitation.id,
    }),
  'apiKey.create': (catalog, actor) => makeKey(catalog, actor),
  'apiKey.revoke': async (catalog, actor) =>
    catalog.apiKeys.revokeApiKey({
      actor,
      keyId: (await makeKey(catalog, actor)).key.id,
    }),
  'dataset.create': (catalog, actor) =>
    catalog.datasets.createDataset({
      actor,
      teamId: world.team.id,
      slug: `d-${randomUUID()}`,
      title: 'New',
    }),
  'budget.set': (catalog, actor) =>
    catalog.budgets.setIdentityBudget({
      actor,
      scope: { datasetId: world.dataset.id },
      maxIdentities: 1000,
      maxSamples: 10_000,
      minSeparation: 0,
    }),
  'model.register': (catalog, actor) =>
    catalog.models.registerModelVersion(
      {
        actor,
        teamId: world.team.id,
        kind: 'GENERATOR',
        name: randomUUID(),
        version: '1',
        digest: 'c'.repeat(64),
        licence: 'MIT',
        manifest: {},
        files: {},
      },
      enqueueNothing,
    ),
  'model.remove': async (catalog, actor) => {
    const name = randomUUID();
    const { id } = await catalog.prisma.modelVersion.create({
      data: {
        teamId: world.team.id,
        kind: 'GENERATOR',
        name,
        version: '1',
        digest: 'd'.repeat(64),
        licence: 'MIT',
        manifest: {},
        files: {},
        state: 'READY',
      },
    });
    return catalog.modelChanges.removeModelVersion({ actor, modelVersionId: id });
  },
  'gallery.register': (catalog, actor) =>
    catalog.galleries.registerGallery(
      {
        actor,
        teamId: world.team.id,
        name: randomUUID(),
        version: '1',
        recogniserVersionId: world.recipe.recogniserVersionId,
        source: {},
      },
      enqueueNothing,
    ),
  'covariates.register': (catalog, actor) =>
    catalog.covariateSets.registerCovariateSet(
      {
        actor,
        teamId: world.team.id,
        name: randomUUID(),
        version: '1',
        generatorVersionId: world.recipe.generatorVersionId,
        source: {},
      },
      enqueueNothing,
    ),
  'recipe.create': (catalog, actor) =>
    catalog.recipes.createRecipe({
      actor,
      teamId: world.team.id,
      name: randomUUID(),
      definition: {},
      generatorVersionId: world.recipe.generatorVersionId,
      recogniserVersionId: world.recipe.recogniserVersionId,
    }),
  'run.create': (catalog, actor) => startRun(catalog, world, { actor }),
  'run.import': (catalog, actor) => startImport(catalog, world, { actor }),
  'run.pause': async (catalog, actor) => {
    const run = await startRun(catalog, world);
    await catalog.runs.requestPause({ actor, runId: run.id });
    return catalog.runs.resumeRun({ actor, runId: run.id }, enqueueNothing);
  },
  'run.cancel': async (catalog, actor) =>
    catalog.runs.requestCancel({ actor, runId: (await startRun(catalog, world)).id }),
  'subset.create': (catalog, actor) =>
    catalog.subsets.saveSubset({
      actor,
      versionId: world.version.id,
      name: randomUUID(),
      query: {},
    }),
  'subset.change': async (catalog, actor) => {
    const { id: subsetId } = await catalog.subsets.saveSubset({
      actor: world.owner,
      versionId: world.version.id,
      name: randomUUID(),
      query: {},
    });
    await catalog.subsets.renameSubset({ actor, subsetId, name: randomUUID() });
    return catalog.subsets.deleteSubset({ actor, subsetId });
  },
  'version.create': async (catalog, actor) => {
    const part = await catalog.subsets.materialiseSubset({
      actor,
      from: { versionId: world.version.id, query: { limit: 1 } },
    });
    const versionIds = [world.version.id, part.id];
    return catalog.subsets.mergeVersions({ actor, versionIds, onCollision: 'UNITE' });
  },
  'release.propose': async (catalog, actor) => {
    const { id: releaseId } = await draftRelease(catalog, releases, { actor });
    return catalog.releases.withdrawRelease({ actor, releaseId });
  },
  'release.comment': async (catalog, actor) => {
    const { id: releaseId } = await draftRelease(catalog, releases);
    return catalog.releases.commentOnRelease({ actor, releaseId, body: 'Why?' });
  },
  'release.review': async (catalog, actor) => {
    const { id: releaseId, candidateDigest } = await releaseIn(catalog, releases, 'IN_REVIEW');
    const decision = 'APPROVE';
    return catalog.releases.reviewRelease({ actor, releaseId, candidateDigest, decision });
  },
  'release.publish': async (catalog, actor) => {
    const { id: releaseId, candidateDigest } = await releaseIn(catalog, releases, 'APPROVED');
    const input = { actor, releaseId, candidateDigest };
    return catalog.releases.publishRelease(input, sealPlainly);
  },
  'release.retract': async (catalog, actor) => {
    const { id: releaseId } = await releaseIn(catalog, releases, 'PUBLISHED');
    return catalog.releases.retractRelease({ actor, releaseId, reason: 'A face is real.' });
  },
  'release.downloads': async (catalog, actor) => {
    const { id: releaseId } = await releaseIn(catalog, releases, 'PUBLISHED');
    return catalog.releases.listDownloads({ actor, releaseId });
  },
  'release.policy': (catalog, actor) =>
    catalog.releases.setReleasePolicy({ actor, teamId: world.team.id, approvalsNeeded: 1 }),
  'version.measure': (catalog, actor) =>
    catalog.measurements.measureVersion(
      { actor, versionId: world.version.id, galleryIds: [] },
      enqueueNothing,
    ),
  'version.tag': async (catalog, actor) => {
    const tag = { actor, versionId: world.version.id, name: randomUUID() };
    await catalog.subsets.tagVersion(tag);
    return catalog.subsets.untagVersion(tag);
  },
  'webhook.manage': async (catalog, actor) => {
    const url = 'https://hooks.example.org/x';
    const { webhook } = await catalog.webhooks.createWebhook({ actor, teamId: world.team.id, url });
    await catalog.webhooks.deleteWebhook({ actor, webhookId: webhook.id });
    return webhook;
  },
};

describe('what roles may do', () => {
  test.for(Object.entries(WRITES))('%s follows the permission table', async ([action, attempt]) => {
    for (const role of ROLES) {
      const result = attempt(open.catalog, members[role]);
      if (can(role, action as Action)) await expect(result).resolves.toBeDefined();
      else {
        await expect(result).rejects.toMatchObject({
          code: 'FORBIDDEN',
          message: expect.stringContaining(
            `needs the role ${LEAST_ROLE[action as Action]} or higher in team 'lab', and yours is ${role}`,
          ),
        });
      }
    }
    await expect(attempt(open.catalog, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('every action of the table is tried', () => {
    const reads = Object.keys(LEAST_ROLE).filter((action) => /\.read/.test(action));
    expect([...Object.keys(WRITES), ...reads].sort()).toEqual(Object.keys(LEAST_ROLE).sort());
  });
});
