/** @file One way of asking for each operation; `permissions.integration.test.ts` asks it as everybody. */
import { randomUUID } from 'node:crypto';

import { keyOf, toGlobalId } from '../ids.ts';
import type { MUTATIONS, QUERIES, TEAM_FIELDS } from '../schema/permissions.ts';
import { mutation, query } from './example.ts';
import type { Example } from './example.ts';
import { RELEASE_MUTATIONS } from './release-examples.ts';
import { seedDefinition, seedRun } from './seed-team.ts';
import { join } from './permission-world.ts';
import type { PermissionWorld } from './permission-world.ts';

const SIZE = { identities: 2, variations: 1 };
/** Tagging and taking a tag away have one input. */
function tagMutation(name: string, input: Example['variables']): Example {
  const document = `mutation ($input: VersionTagInput!) { ${name}(input: $input) { userErrors { code message path } } }`;
  return { ...mutation(name, input), document };
}

async function memberOf(world: PermissionWorld, isFake: boolean): Promise<string> {
  if (isFake) return randomUUID();
  return (await join(world.services.catalog, world.lab, 'VIEWER')).userId;
}

const MEMBER: Example['variables'] = async ({ world, ids, isFake }) => ({
  teamId: ids.Team,
  userId: await memberOf(world, isFake),
});

/** Tickets for files that the person has uploaded; those of sets are not read before a worker does. */
function ticketsFor(
  { world, ids, persona }: Parameters<Example['variables']>[0],
  files: readonly (readonly [string, string])[],
): string[] {
  const { tickets, now } = world.services;
  const userId = persona.actor?.userId ?? '';
  return files.map(([name, digest]) =>
    tickets.issue({ name, digest, sizeBytes: 1, teamId: ids.teamId, userId }, now()),
  );
}

const ANY_DIGEST = 'e'.repeat(64);

async function queuedRun({ world, ids, isFake }: Parameters<Example['variables']>[0]) {
  return isFake ? ids.Run : toGlobalId('Run', await seedRun(world.services.catalog, world.lab));
}

/** A model that nothing uses. */
async function spareModel({ world, ids, isFake }: Parameters<Example['variables']>[0]) {
  if (isFake) return ids.ModelVersion;
  const { id } = await world.services.catalog.prisma.modelVersion.create({
    data: {
      teamId: world.lab.team.id,
      kind: 'RECOGNISER',
      name: randomUUID(),
      version: '1',
      digest: ANY_DIGEST,
      licence: 'MIT',
      manifest: {},
      files: {},
      state: 'READY',
    },
  });
  return toGlobalId('ModelVersion', { id });
}

/** Another version of the same dataset; one that does not exist beside one that does not. */
async function otherVersion({ world, isFake }: Parameters<Example['variables']>[0]) {
  if (isFake) return toGlobalId('DatasetVersion', { id: randomUUID() });
  const { services, lab, version } = world;
  const from = { versionId: version.id, query: { limit: 1 } };
  const made = await services.catalog.subsets.materialiseSubset({ actor: lab.actor, from });
  return toGlobalId('DatasetVersion', made);
}

/** Another version, whose run has embeddings as far as its rows say. */
async function measurableVersion(options: Parameters<Example['variables']>[0]) {
  const versionId = await otherVersion(options);
  if (options.isFake) return versionId;
  const { prisma } = options.world.services.catalog;
  await prisma.shard.createMany({
    data: [
      {
        runId: options.world.run.id,
        kind: 'EMBEDDINGS',
        ordinal: 0,
        digest: ANY_DIGEST,
        objectKey: 'embeddings',
        sizeBytes: 1n,
        count: 1,
      },
    ],
    skipDuplicates: true,
  });
  return versionId;
}

/** A new webhook of the team, made by its owner; older ones go, since a team may have twenty. */
async function webhookOf({ world, isFake }: Parameters<Example['variables']>[0]) {
  if (isFake) return randomUUID();
  const { services, lab } = world;
  await services.catalog.prisma.webhook.deleteMany();
  const { webhook } = await services.catalog.webhooks.createWebhook({
    actor: lab.actor,
    teamId: lab.team.id,
    url: 'https://hooks.example.org/',
  });
  return webhook.id;
}

/** A team of the lab's owner, in which the one who tries has the role that they have in the lab. */
async function freshTeam({ world, persona, isFake }: Parameters<Example['variables']>[0]) {
  const slug = randomUUID();
  if (isFake) return { teamId: toGlobalId('Team', { id: randomUUID() }), slug };
  const { teams } = world.services.catalog;
  const { actor } = world.lab;
  const { id: teamId } = await teams.createTeam({ actor, slug, name: 'Fresh' });
  const { role, actor: whoTries } = persona;
  if (role !== null && whoTries !== null) {
    await teams.addMember({ actor, teamId, userId: whoTries.userId, role });
  }
  return { teamId: toGlobalId('Team', { id: teamId }), slug };
}

/** A saved subset of the dataset that nothing else is tried on. */
async function freshSubset({ world, ids, isFake }: Parameters<Example['variables']>[0]) {
  if (isFake) return ids.Subset;
  const { services, lab, version } = world;
  const saved = await services.catalog.subsets.saveSubset({
    actor: lab.actor,
    versionId: version.id,
    name: randomUUID(),
    query: {},
  });
  return toGlobalId('Subset', saved);
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
    definition: seedDefinition(SIZE),
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

/** Queries; those of `node` and of a team's fields are made for each of their kinds beside these. */
export const QUERY_EXAMPLES: Readonly<Record<keyof typeof QUERIES, Example>> = {
  estimateRun: query(
    'query ($input: EstimateRunInput!) { estimateRun(input: $input) { identities } }',
    ({ ids }) => ({ input: { teamId: ids.Team, definition: seedDefinition(SIZE) } }),
  ),
  invitation: query('query ($token: String!) { invitation(token: $token) { email } }', () => ({
    token: randomUUID(),
  })),
  lineage: query(
    'query ($id: ID!) { lineage(id: $id) { nodes { id label } edges { relation } licences { licence } openLineage } }',
    ({ ids }) => ({ id: ids.DatasetVersion }),
  ),
  node: query('query ($id: ID!) { node(id: $id) { id } }', ({ ids }) => ({ id: ids.Dataset })),
  nodes: query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', ({ ids }) => ({
    ids: NODE_TYPES.map((type) => ids[type]),
  })),
  notificationSettings: { ...query('{ notificationSettings { mutedTopics } }'), always: 'DONE' },
  notifications: {
    ...query('{ notifications { totalCount edges { node { sentence } } } }'),
    always: 'DONE',
  },
  publishedReleases: query('{ publishedReleases { edges { cursor } totalCount } }'),
  permissions: query('{ permissions { action leastRole description isScope } }'),
  recipeParameters: query('{ recipeParameters { path } }'),
  datasheetQuestions: query('{ datasheetQuestions }'),
  recipePresets: query('{ recipePresets { name } }'),
  system: query('{ system { version } }'),
  team: query('query ($slug: String!) { team(slug: $slug) { id } }', ({ ids }) => ({
    slug: ids.slug,
  })),
  viewer: query('{ viewer { id teams { id } } }'),
};

/** Kinds of nodes that are asked for one by one. */
export const NODE_TYPES = [
  'Team',
  'Dataset',
  'Recipe',
  'ModelVersion',
  'Gallery',
  'CovariateSet',
  'Run',
  'DatasetVersion',
  'Subset',
  'Release',
  'Identity',
  'Sample',
] as const;

const CONNECTION = '{ edges { cursor } totalCount }';

/** What is selected of each field of a team. */
export const TEAM_SELECTIONS: Readonly<Record<keyof typeof TEAM_FIELDS, string>> = {
  activity: `activity ${CONNECTION}`,
  apiKeys: 'apiKeys { id }',
  auditEvents: `auditEvents ${CONNECTION}`,
  budget: 'budget { id }',
  covariateSet: 'covariateSet(name: "light", version: "1") { id generator { id } }',
  covariateSets: `covariateSets ${CONNECTION}`,
  dataset: 'dataset(slug: "faces") { id }',
  datasets: `datasets ${CONNECTION}`,
  galleries: `galleries ${CONNECTION}`,
  gallery: 'gallery(name: "people", version: "1") { id recogniser { id } }',
  invitations: 'invitations { id }',
  members: 'members { userId }',
  model: 'model(kind: GENERATOR, name: "parametric-head", version: "1") { id }',
  models: 'models { id }',
  recipes: `recipes ${CONNECTION}`,
  releasePolicy: 'releasePolicy { approvalsNeeded approverRole requiredChecks }',
  runs: `runs ${CONNECTION}`,
  webhooks: 'webhooks { id deliveries { totalCount edges { node { attempts { number } } } } }',
};

/** A field of a team. */
export function teamFieldExample(selection: string): Example {
  return query(`query ($slug: String!) { team(slug: $slug) { ${selection} } }`, ({ ids }) => ({
    slug: ids.slug,
  }));
}
