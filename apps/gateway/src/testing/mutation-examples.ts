/** @file One way of asking for each mutation; `permissions.integration.test.ts` asks it as everybody. */
import { randomUUID } from 'node:crypto';

import { keyOf, toGlobalId } from '../ids.ts';
import type { MUTATIONS } from '../schema/permissions.ts';
import { mutation } from './example.ts';
import type { Example } from './example.ts';
import {
  ANY_DIGEST,
  EXAMPLE_SIZE,
  freshSubset,
  freshTeam,
  measurableVersion,
  memberOf,
  MEMBER,
  otherVersion,
  queuedRun,
  spareModel,
  ticketsFor,
  webhookOf,
} from './example-things.ts';
import { RELEASE_MUTATIONS } from './release-examples.ts';
import { seedDefinition, seedRun } from './seed-team.ts';

/** Tagging and taking a tag away have one input. */
function tagMutation(name: string, input: Example['variables']): Example {
  const document = `mutation ($input: VersionTagInput!) { ${name}(input: $input) { userErrors { code message path } } }`;
  return { ...mutation(name, input), document };
}

/** Mutations. */
export const MUTATION_EXAMPLES: Readonly<Record<keyof typeof MUTATIONS, Example>> = {
  acceptInvitation: mutation('acceptInvitation', () => ({ token: randomUUID() }), {
    always: 'NOT_FOUND',
  }),
  askForEmail: mutation('askForEmail', () => ({ email: `${randomUUID()}@example.org` }), {
    always: 'DONE',
  }),
  branchRun: mutation('branchRun', ({ ids }) => ({
    runId: ids.Run,
    iteration: 1,
    recipeId: ids.Recipe,
  })),
  cancelRun: mutation('cancelRun', async (options) => ({ runId: await queuedRun(options) })),
  confirmEmail: mutation('confirmEmail', () => ({ token: randomUUID() }), { always: 'NOT_FOUND' }),
  createApiKey: mutation('createApiKey', ({ ids }) => ({
    teamId: ids.Team,
    name: 'key',
    scopes: ['run.read'],
    days: 1,
  })),
  createDataset: mutation('createDataset', ({ ids }) => ({
    teamId: ids.Team,
    slug: randomUUID(),
    title: 'Faces',
  })),
  createImport: mutation('createImport', (options) => ({
    datasetId: options.ids.Dataset,
    source: 'FOLDER',
    name: 'faces',
    isSynthetic: true,
    uploads: ticketsFor(options, [['faces.tar', ANY_DIGEST]]),
  })),
  createPasswordReset: {
    ...mutation('createPasswordReset', MEMBER),
    document:
      'mutation ($input: MemberInput!) { createPasswordReset(input: $input) { userErrors { code message path } } }',
  },
  createEmailConfirmation: {
    ...mutation('createEmailConfirmation', async (options) => {
      const { world, ids, isFake } = options;
      const userId = await memberOf(world, isFake);
      if (!isFake) {
        const email = `${randomUUID()}@example.org`;
        await world.services.catalog.emailChanges.askForEmail({ actor: { userId }, email });
      }
      return { teamId: ids.Team, userId };
    }),
    document:
      'mutation ($input: MemberInput!) { createEmailConfirmation(input: $input) { userErrors { code message path } } }',
  },
  createRecipe: mutation('createRecipe', ({ ids }) => ({
    teamId: ids.Team,
    name: randomUUID(),
    definition: seedDefinition(EXAMPLE_SIZE),
  })),
  changeWebhook: mutation('changeWebhook', async (options) => ({
    webhookId: await webhookOf(options),
    topics: ['RUNS'],
  })),
  createRun: mutation('createRun', ({ ids }) => ({ datasetId: ids.Dataset, recipeId: ids.Recipe })),
  createTeam: mutation('createTeam', () => ({ slug: randomUUID(), name: 'New' }), {
    always: 'DONE',
  }),
  deleteSubset: mutation('deleteSubset', async (options) => ({
    subsetId: await freshSubset(options),
  })),
  deleteTeam: mutation('deleteTeam', freshTeam),
  createWebhook: mutation(
    'createWebhook',
    ({ ids }) => ({ teamId: ids.Team, url: 'https://hooks.example.org/' }),
    // Twenty is the most that a team may have.
    { after: ({ services }) => services.catalog.prisma.webhook.deleteMany() },
  ),
  deleteWebhook: mutation('deleteWebhook', async (options) => ({
    webhookId: await webhookOf(options),
  })),
  inviteMember: mutation('inviteMember', ({ ids }) => ({
    teamId: ids.Team,
    email: `${randomUUID()}@example.org`,
    role: 'VIEWER',
  })),
  leaveTeam: mutation('leaveTeam', ({ ids }) => ({ teamId: ids.Team }), {
    after: ({ services, lab }, { actor, role }) =>
      services.catalog.teams.addMember({
        actor: lab.actor,
        teamId: lab.team.id,
        userId: actor?.userId ?? '',
        role: role ?? 'VIEWER',
      }),
  }),
  markNotificationsRead: mutation(
    'markNotificationsRead',
    async ({ world, persona }) => {
      const userId = persona.actor?.userId;
      if (userId === undefined) return {};
      const { prisma } = world.services.catalog;
      const sentence = 'Something happened';
      const about = { action: 'run.end', entityType: 'Run', entityId: randomUUID() };
      const { id } = await prisma.notification.create({ data: { userId, sentence, ...about } });
      return { ids: [id] };
    },
    { always: 'DONE' },
  ),
  materialiseSubset: mutation('materialiseSubset', ({ ids }) => ({ subsetId: ids.Subset })),
  measureVersion: mutation('measureVersion', async (options) => ({
    versionId: await measurableVersion(options),
    galleryIds: [],
  })),
  mergeVersions: mutation('mergeVersions', async (options) => ({
    versionIds: [options.ids.DatasetVersion, await otherVersion(options)],
    onCollision: 'UNITE',
  })),
  pauseRun: mutation('pauseRun', async (options) => ({ runId: await queuedRun(options) })),
  redeliverWebhook: mutation('redeliverWebhook', async (options) => {
    if (options.isFake) return { deliveryId: randomUUID() };
    const webhookId = await webhookOf(options);
    const { prisma } = options.world.services.catalog;
    const [delivery] = await prisma.webhookDelivery.updateManyAndReturn({
      where: { webhookId },
      data: { state: 'FAILED' },
    });
    return { deliveryId: delivery?.id ?? '' };
  }),
  recheckModel: mutation('recheckModel', async (options) => ({
    modelVersionId: await spareModel(options),
  })),
  registerCovariateSet: mutation('registerCovariateSet', (options) => ({
    teamId: options.ids.Team,
    name: randomUUID(),
    version: '1',
    generatorVersionId: options.ids.ModelVersion,
    uploads: ticketsFor(options, [
      ['w.npy', ANY_DIGEST],
      ['labels.csv', ANY_DIGEST],
    ]),
  })),
  registerGallery: mutation('registerGallery', (options) => ({
    teamId: options.ids.Team,
    name: randomUUID(),
    version: '1',
    recogniserVersionId: options.ids.Recogniser,
    uploads: ticketsFor(options, [['e.npy', ANY_DIGEST]]),
  })),
  registerModel: mutation('registerModel', (options) => ({
    teamId: options.ids.Team,
    uploads: ticketsFor(options, options.world.modelFiles),
  })),
  removeMember: {
    ...mutation('removeMember', MEMBER),
    document:
      'mutation ($input: MemberInput!) { removeMember(input: $input) { userErrors { code message path } } }',
  },
  removeModel: mutation('removeModel', async (options) => ({
    modelVersionId: await spareModel(options),
  })),
  renameSubset: mutation('renameSubset', async (options) => ({
    subsetId: await freshSubset(options),
    name: randomUUID(),
  })),
  renameTeam: mutation('renameTeam', ({ ids }) => ({ teamId: ids.Team, name: randomUUID() })),
  renameViewer: mutation('renameViewer', () => ({ name: randomUUID() }), { always: 'DONE' }),
  restoreTeam: mutation('restoreTeam', async (options) => {
    const { teamId, slug } = await freshTeam(options);
    const { catalog } = options.world.services;
    const id = keyOf('Team', teamId)?.id ?? '';
    const { actor } = options.world.lab;
    if (!options.isFake) await catalog.teams.deleteTeam({ actor, teamId: id, slug });
    return { teamId };
  }),
  resumeRun: mutation('resumeRun', async (options) => {
    const { isFake, ids, world } = options;
    if (isFake) return { runId: ids.Run };
    const { catalog } = world.services;
    const { id: runId } = await seedRun(catalog, world.lab);
    await catalog.runs.requestPause({ actor: world.lab.actor, runId });
    return { runId: toGlobalId('Run', { id: runId }) };
  }),
  revokeApiKey: mutation('revokeApiKey', async ({ world, persona, isFake }) => {
    if (isFake) return { keyId: randomUUID() };
    // A member revokes their own; for anybody else it is the owner's.
    const { services, lab } = world;
    const theirs = persona.role === null ? null : persona.actor;
    const actor = { userId: theirs?.userId ?? lab.actor.userId };
    const teamId = lab.team.id;
    const { key } = await services.catalog.apiKeys.createApiKey({
      actor,
      teamId,
      name: 'key',
      scopes: ['run.read'],
      days: 1,
    });
    return { keyId: key.id };
  }),
  ...RELEASE_MUTATIONS,
  saveSubset: mutation('saveSubset', ({ ids }) => ({
    versionId: ids.DatasetVersion,
    name: randomUUID(),
    query: {},
  })),
  setIdentityBudget: mutation('setIdentityBudget', ({ ids }) => ({
    teamId: ids.Team,
    maxIdentities: 1_000_000,
    maxSamples: 1_000_000,
    minSeparation: 0,
  })),
  setMemberRole: mutation('setMemberRole', async (options) => ({
    ...(await MEMBER(options)),
    role: 'REVIEWER',
  })),
  setNotificationSettings: mutation(
    'setNotificationSettings',
    () => ({ mutedTopics: ['MODELS'] }),
    {
      always: 'DONE',
    },
  ),
  tagVersion: tagMutation('tagVersion', ({ ids }) => ({
    versionId: ids.DatasetVersion,
    name: randomUUID(),
  })),
  untagVersion: tagMutation('untagVersion', async ({ world, ids, isFake }) => {
    const name = randomUUID();
    const { services, lab, version } = world;
    const tag = { actor: lab.actor, versionId: version.id, name };
    if (!isFake) await services.catalog.subsets.tagVersion(tag);
    return { versionId: ids.DatasetVersion, name };
  }),
  withdrawInvitation: mutation('withdrawInvitation', async ({ world, isFake }) => {
    if (isFake) return { invitationId: randomUUID() };
    const { services, lab } = world;
    const { invitation } = await services.catalog.invitations.inviteMember({
      actor: lab.actor,
      teamId: lab.team.id,
      email: `${randomUUID()}@example.org`,
      role: 'VIEWER',
    });
    return { invitationId: invitation.id };
  }),
};
