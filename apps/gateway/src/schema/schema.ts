/** @file The whole schema, put together from its domains. */
import { fileURLToPath } from 'node:url';

import { lexicographicSortSchema, printSchema as toSdl } from 'graphql';
import type { GraphQLSchema } from 'graphql';

import * as apiKeyMutations from './api-keys/mutations.ts';
import * as apiKeyTypes from './api-keys/types.ts';
import * as auditTypes from './audit/types.ts';
import * as budgetMutations from './budgets/mutations.ts';
import * as budgetTypes from './budgets/types.ts';
import * as datasetMutations from './datasets/mutations.ts';
import * as datasetTypes from './datasets/types.ts';
import { guardOperations } from './guard.ts';
import * as lineageTypes from './lineage/types.ts';
import * as memberInvitations from './members/invitations.ts';
import * as memberMutations from './members/mutations.ts';
import * as memberQueries from './members/queries.ts';
import * as memberTypes from './members/types.ts';
import * as modelChanges from './models/changes.ts';
import * as modelMutations from './models/mutations.ts';
import * as modelReportTypes from './models/report-types.ts';
import * as modelTypes from './models/types.ts';
import { core, makeSchema } from './nexus.ts';
import * as notificationMutations from './notifications/mutations.ts';
import * as notificationQueries from './notifications/queries.ts';
import * as notificationSubscriptions from './notifications/subscriptions.ts';
import * as notificationTypes from './notifications/types.ts';
import * as peopleMutations from './people/mutations.ts';
import * as peopleQueries from './people/queries.ts';
import * as peopleTypes from './people/types.ts';
import * as recipeComparison from './recipes/comparison.ts';
import * as recipeMutations from './recipes/mutations.ts';
import * as recipeQueries from './recipes/queries.ts';
import * as recipeTypes from './recipes/types.ts';
import * as releaseCandidates from './releases/candidate-types.ts';
import * as releaseDiscussion from './releases/discussion.ts';
import * as releaseEnums from './releases/enums.ts';
import * as releaseMutations from './releases/mutations.ts';
import * as releaseParts from './releases/part-types.ts';
import * as releasePublishing from './releases/publishing.ts';
import * as releaseQueries from './releases/queries.ts';
import * as releaseTypes from './releases/types.ts';
import * as runBranch from './runs/branch.ts';
import * as runImports from './runs/imports.ts';
import * as runDetailTypes from './runs/detail-types.ts';
import * as runMutations from './runs/mutations.ts';
import * as runStateTypes from './runs/state-types.ts';
import * as runSubscriptions from './runs/subscriptions.ts';
import * as runTypes from './runs/types.ts';
import * as sampleCovariates from './samples/covariates.ts';
import * as sampleFilters from './samples/sample-where.ts';
import * as sampleSelection from './samples/selection.ts';
import * as sampleTypes from './samples/types.ts';
import * as covariateTypes from './sets/covariate-types.ts';
import * as setMutations from './sets/mutations.ts';
import * as setTypes from './sets/types.ts';
import { connectionTypes, PageInfo } from './shared/connections.ts';
import * as node from './shared/node.ts';
import * as scalars from './shared/scalars.ts';
import { UserError } from './shared/user-error.ts';
import * as subsetMutations from './subsets/mutations.ts';
import * as subsetTypes from './subsets/types.ts';
import * as systemQueries from './system/queries.ts';
import * as systemTypes from './system/types.ts';
import * as teamMutations from './teams/mutations.ts';
import * as teamQueries from './teams/queries.ts';
import * as teamTypes from './teams/types.ts';
import * as versionComparison from './versions/comparison.ts';
import * as versionMergeCheck from './versions/merge-check.ts';
import * as versionMutations from './versions/mutations.ts';
import * as versionLeakageTypes from './versions/leakage-types.ts';
import * as versionMeasureTypes from './versions/measure-types.ts';
import * as versionMeasurementTypes from './versions/measurement-types.ts';
import * as versionNearestTypes from './versions/nearest-types.ts';
import * as versionTypes from './versions/types.ts';
import * as webhookMutations from './webhooks/mutations.ts';
import * as webhookTypes from './webhooks/types.ts';

const MODULES: readonly object[] = [
  scalars,
  node,
  { PageInfo, UserError, connectionTypes },
  peopleTypes,
  peopleMutations,
  peopleQueries,
  teamTypes,
  teamQueries,
  teamMutations,
  memberTypes,
  memberQueries,
  memberMutations,
  memberInvitations,
  apiKeyTypes,
  apiKeyMutations,
  auditTypes,
  notificationTypes,
  notificationQueries,
  notificationMutations,
  notificationSubscriptions,
  webhookTypes,
  webhookMutations,
  datasetTypes,
  datasetMutations,
  budgetTypes,
  budgetMutations,
  modelTypes,
  modelReportTypes,
  modelChanges,
  modelMutations,
  setTypes,
  covariateTypes,
  setMutations,
  recipeTypes,
  recipeComparison,
  recipeQueries,
  recipeMutations,
  runStateTypes,
  runDetailTypes,
  runTypes,
  runMutations,
  runBranch,
  runImports,
  runSubscriptions,
  versionMeasureTypes,
  versionLeakageTypes,
  versionMeasurementTypes,
  versionNearestTypes,
  versionTypes,
  versionComparison,
  versionMergeCheck,
  versionMutations,
  subsetTypes,
  subsetMutations,
  lineageTypes,
  releaseEnums,
  releaseParts,
  releaseCandidates,
  releaseTypes,
  releaseQueries,
  releaseMutations,
  releaseDiscussion,
  releasePublishing,
  sampleFilters,
  sampleSelection,
  sampleTypes,
  sampleCovariates,
  systemTypes,
  systemQueries,
];

const SETTINGS = {
  // In the order of the alphabet, so that what is printed does not depend on who loads the modules.
  types: MODULES.map((types) => Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))),
  nonNullDefaults: { output: true, input: false },
  features: { abstractTypeStrategies: { __typename: true } },
};

/** Builds the schema; writes nothing. */
export function createSchema(): GraphQLSchema {
  return guardOperations(
    makeSchema({ ...SETTINGS, shouldGenerateArtifacts: false, outputs: false }),
  );
}

/** What is printed from the schema, and committed so that a change shows in review. */
export interface PrintedSchema {
  /** Schema definition language: `schema.graphql`. */
  readonly sdl: string;
  /** What resolvers are checked against: `src/generated/nexus.ts`. */
  readonly types: string;
}

/** Prints the schema and the types of its resolvers. */
export async function printSchema(): Promise<PrintedSchema> {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const { schema, tsTypes } = await core.generateSchema.withArtifacts(
    {
      ...SETTINGS,
      outputs: { schema: false, typegen: here('../generated/nexus.ts') },
      contextType: { module: here('../context.ts'), export: 'GatewayContext' },
      sourceTypes: {
        modules: [{ module: here('./source-types.ts'), alias: 'source' }],
        mapping: { Node: 'source.NodeSource', DateTime: 'Date', JSON: 'unknown' },
      },
    },
    here('../generated/nexus.ts'),
  );
  const header =
    '# Printed from the schema in src/schema; change it there and run: npm run schema:print';
  return {
    sdl: `${header}\n\n${toSdl(lexicographicSortSchema(schema))}\n`,
    // Node resolves imports with their extension only.
    types: tsTypes.replaceAll(/(from "\.[^"]*?)"/g, '$1.ts"'),
  };
}
