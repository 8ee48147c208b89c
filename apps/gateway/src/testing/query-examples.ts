/** @file One way of asking for each query and each field of a team; `permissions.integration.test.ts` asks it as everybody. */
import { randomUUID } from 'node:crypto';

import type { QUERIES, TEAM_FIELDS } from '../schema/permissions.ts';
import { query } from './example.ts';
import type { Example } from './example.ts';
import { EXAMPLE_SIZE } from './example-things.ts';
import { seedDefinition } from './seed-team.ts';

/** Queries; those of `node` and of a team's fields are made for each of their kinds beside these. */
export const QUERY_EXAMPLES: Readonly<Record<keyof typeof QUERIES, Example>> = {
  estimateRun: query(
    'query ($input: EstimateRunInput!) { estimateRun(input: $input) { identities } }',
    ({ ids }) => ({ input: { teamId: ids.Team, definition: seedDefinition(EXAMPLE_SIZE) } }),
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
