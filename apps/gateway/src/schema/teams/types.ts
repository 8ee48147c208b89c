/** @file Teams: what everything belongs to. */
import { requireActor } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { arg, idArg, nonNull, objectType, stringArg } from '../nexus.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';

const setNameArguments = {
  name: nonNull(stringArg({ description: 'Its name.' })),
  version: nonNull(stringArg({ description: 'Its version.' })),
};

export const Team = objectType({
  name: 'Team',
  description: 'A group of people who make datasets together; everything belongs to one team.',
  definition(t) {
    t.implements('Node');
    t.string('slug', {
      description: 'Its part of addresses: lower-case letters, digits, hyphens.',
    });
    t.string('name', { description: 'What people call it.' });
    t.field('viewerRole', {
      type: 'Role',
      description: 'What the person who is asking may do in it.',
      resolve: async (team, _args, { loaders }) =>
        present(await loaders.membershipByTeam.load(team.id), 'team').role,
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was made.' });
    t.field('datasets', {
      type: 'DatasetConnection',
      description: 'Its datasets, newest first.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (team, page, context) => {
        const scope = { actor: requireActor(context), teamId: team.id };
        return connectionOf(page, {
          page: (page) => context.catalog.datasets.listDatasets({ ...scope, page }),
          count: () => context.catalog.datasets.countDatasets(scope),
        });
      },
    });
    t.nullable.field('dataset', {
      type: 'Dataset',
      description: 'The dataset at this address; null where there is none that you may see.',
      args: { slug: nonNull(stringArg({ description: "The dataset's part of its address." })) },
      resolve: (team, { slug }, context) =>
        context.catalog.datasets.datasetBySlug({
          actor: requireActor(context),
          teamId: team.id,
          slug,
        }),
    });
    t.field('runs', {
      type: 'RunConnection',
      description: 'The runs of all its datasets, newest first.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (team, page, context) => {
        const scope = { actor: requireActor(context), scope: { teamId: team.id } };
        return connectionOf(page, {
          page: (page) => context.catalog.runs.listRuns({ ...scope, page }),
          count: () => context.catalog.runs.countRuns(scope),
        });
      },
    });
    t.field('recipes', {
      type: 'RecipeConnection',
      description: 'Its recipes, every version of each, newest first.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (team, page, context) => {
        const scope = { actor: requireActor(context), teamId: team.id };
        return connectionOf(page, {
          page: (page) => context.catalog.recipes.listRecipes({ ...scope, page }),
          count: () => context.catalog.recipes.countRecipes(scope),
        });
      },
    });
    t.list.field('models', {
      type: 'ModelVersion',
      description:
        'Its generators and recognisers in every state, by kind and name; recipes can use those that are READY.',
      args: { kind: arg({ type: 'ModelKind', description: 'Only models of this kind.' }) },
      extensions: { price: { assumedSize: 50 } },
      resolve: (team, { kind }, context) =>
        context.catalog.models.listModelVersions({
          actor: requireActor(context),
          teamId: team.id,
          kind,
        }),
    });
    t.nullable.field('model', {
      type: 'ModelVersion',
      description: 'The model with this name and version; null where there is none.',
      args: {
        kind: nonNull(arg({ type: 'ModelKind', description: 'What it does.' })),
        name: nonNull(stringArg({ description: 'Its name.' })),
        version: nonNull(stringArg({ description: 'Its version.' })),
      },
      resolve: (team, key, context) =>
        context.catalog.models.modelVersionByName({
          ...key,
          actor: requireActor(context),
          teamId: team.id,
        }),
    });
    t.list.field('members', {
      type: 'TeamMember',
      description: 'Who belongs to it: owners first, then by name.',
      extensions: { price: { assumedSize: 50 } },
      resolve: (team, _args, context) =>
        context.catalog.members.listMembers({ actor: requireActor(context), teamId: team.id }),
    });
    t.list.field('invitations', {
      type: 'Invitation',
      description: 'Invitations that nobody accepted yet, newest first. Needs the role OWNER.',
      extensions: { price: { assumedSize: 20 } },
      resolve: (team, _args, context) =>
        context.catalog.invitations.listInvitations({
          actor: requireActor(context),
          teamId: team.id,
        }),
    });
    t.list.field('apiKeys', {
      type: 'ApiKey',
      description: 'Your API keys in this team, newest first; an owner sees everybody’s.',
      extensions: { price: { assumedSize: 20 } },
      resolve: (team, _args, context) =>
        context.catalog.apiKeys.listApiKeys({ actor: requireActor(context), teamId: team.id }),
    });
    t.field('activity', {
      type: 'ActivityEventConnection',
      description: 'What happened in it, newest first, as far as you may know of it.',
      args: {
        ...pageArguments,
        entityType: stringArg({
          description: 'Only what happened to this kind of thing, such as `Run`.',
        }),
      },
      extensions: pagePrice,
      resolve: (team, { entityType, ...page }, context) => {
        const scope = { actor: requireActor(context), teamId: team.id, entityType };
        return connectionOf(page, {
          page: (page) => context.catalog.audit.listActivity({ ...scope, page }),
          count: () => context.catalog.audit.countActivity(scope),
        });
      },
    });
    t.field('auditEvents', {
      type: 'AuditEventConnection',
      description: 'Its audit log, newest first. Needs the role MAINTAINER.',
      args: {
        ...pageArguments,
        entityType: stringArg({
          description: 'Only changes of this kind of thing, such as `Run`.',
        }),
      },
      extensions: pagePrice,
      resolve: (team, { entityType, ...page }, context) => {
        const scope = { actor: requireActor(context), teamId: team.id, entityType };
        return connectionOf(page, {
          page: (page) => context.catalog.audit.listEvents({ ...scope, page }),
          count: () => context.catalog.audit.countEvents(scope),
        });
      },
    });
    t.field('galleries', {
      type: 'GalleryConnection',
      description:
        'Its galleries in every state, newest first; recipes can use those that are READY.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (team, page, context) => {
        const scope = { actor: requireActor(context), teamId: team.id };
        return connectionOf(page, {
          page: (page) => context.catalog.galleries.listGalleries({ ...scope, page }),
          count: () => context.catalog.galleries.countGalleries(scope),
        });
      },
    });
    t.nullable.field('gallery', {
      type: 'Gallery',
      description: 'The gallery with this name and version; null where there is none.',
      args: setNameArguments,
      resolve: (team, key, context) =>
        context.catalog.galleries.galleryByName({
          ...key,
          actor: requireActor(context),
          teamId: team.id,
        }),
    });
    t.field('covariateSets', {
      type: 'CovariateSetConnection',
      description:
        'Its covariate sets in every state, newest first; recipes can use those that are READY.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (team, page, context) => {
        const scope = { actor: requireActor(context), teamId: team.id };
        return connectionOf(page, {
          page: (page) => context.catalog.covariateSets.listCovariateSets({ ...scope, page }),
          count: () => context.catalog.covariateSets.countCovariateSets(scope),
        });
      },
    });
    t.nullable.field('covariateSet', {
      type: 'CovariateSet',
      description: 'The covariate set with this name and version; null where there is none.',
      args: setNameArguments,
      resolve: (team, key, context) =>
        context.catalog.covariateSets.covariateSetByName({
          ...key,
          actor: requireActor(context),
          teamId: team.id,
        }),
    });
    t.list.field('webhooks', {
      type: 'Webhook',
      description: 'Its webhooks, newest first. Needs the role MAINTAINER.',
      args: { id: idArg({ description: 'Only the one with this id.' }) },
      extensions: { price: { assumedSize: 20 } },
      resolve: async (team, { id }, context) => {
        const scope = { actor: requireActor(context), teamId: team.id };
        const webhooks = await context.catalog.webhooks.listWebhooks(scope);
        return id == null ? webhooks : webhooks.filter((webhook) => webhook.id === id);
      },
    });
    t.field('releasePolicy', {
      type: 'ReleasePolicy',
      description: 'What it asks of a release before it is published.',
      resolve: async (team, _args, { loaders }) =>
        present(await loaders.policyByTeam.load(team.id), 'team'),
    });
    t.nullable.field('budget', {
      type: 'IdentityBudget',
      description: 'The most that all its datasets together may hold; null where none is set.',
      resolve: (team, _args, { loaders }) => loaders.budgetByTeam.load(team.id),
    });
  },
});
