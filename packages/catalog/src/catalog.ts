/** @file Opens the catalog: one pool, one Prisma client, all services. */

import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { withConnection } from './database/connect.ts';
import { CatalogError } from './errors.ts';
import { PrismaClient } from './generated/client.ts';
import { pendingMigrations } from './migrations/migrate.ts';
import { createActivityService, type ActivityService } from './services/activities.ts';
import { createApiKeyService, type ApiKeyService } from './services/api-keys.ts';
import { createAuditService, type AuditService } from './services/audit-log.ts';
import { createBudgetService, type BudgetService } from './services/budgets.ts';
import { createCovariateSetService, type CovariateSetService } from './services/covariate-sets.ts';
import { createDatasetService, type DatasetService } from './services/datasets.ts';
import { createExecutionService, type ExecutionService } from './services/execution.ts';
import { createInvitationService, type InvitationService } from './services/invitations.ts';
import { createMeasurementService, type MeasurementService } from './services/measurements.ts';
import { createMeasuringService, type MeasuringService } from './services/measuring.ts';
import { createMemberService, type MemberService } from './services/members.ts';
import { createGalleryService, type GalleryService } from './services/galleries.ts';
import { createModelChangeService, type ModelChangeService } from './services/model-changes.ts';
import { createModelCheckService, type ModelCheckService } from './services/model-checks.ts';
import { createModelService, type ModelService } from './services/models.ts';
import { createNotificationService, type NotificationService } from './services/notifications.ts';
import { createLineageService, type LineageService } from './services/lineage.ts';
import { createEmailChangeService, type EmailChangeService } from './services/email-changes.ts';
import { createPeopleService, type PeopleService } from './services/people.ts';
import { createRecipeService, type RecipeService } from './services/recipes.ts';
import { createReferenceService, type ReferenceService } from './services/references.ts';
import { createReleaseCheckService, type ReleaseCheckService } from './releases/release-checks.ts';
import { createReleaseService, type ReleaseService } from './services/releases.ts';
import { createRunDetailService, type RunDetailService } from './services/run-details.ts';
import { createRunShardService, type RunShardService } from './services/run-shards.ts';
import { createRetentionService, type RetentionService } from './services/retention.ts';
import { createRunService, type RunService } from './services/runs.ts';
import { createSampleRowService, type SampleRowService } from './services/sample-rows.ts';
import { createSampleService, type SampleService } from './services/samples.ts';
import { createSubsetService, type SubsetService } from './services/subsets.ts';
import { createSetMakingService, type SetMakingService } from './services/set-making.ts';
import { createTeamService, type TeamService } from './services/teams.ts';
import {
  createVersionContentService,
  type VersionContentService,
} from './services/version-contents.ts';
import { createVersionService, type VersionService } from './services/versions.ts';
import {
  createWebhookDeliveryService,
  type WebhookDeliveryService,
} from './services/webhook-deliveries.ts';
import { createWebhookService, type WebhookService } from './services/webhooks.ts';
import { createWorkerService, type WorkerService } from './services/workers.ts';

/** How long a call may wait for a connection, and how long its transaction may take, on a busy machine. */
const WAIT_MS = 60_000;

/** An open catalog. Services that take an `actor` check what they may do; those that do not are for Colloid's own processes. */
export interface Catalog {
  readonly teams: TeamService;
  readonly people: PeopleService;
  readonly emailChanges: EmailChangeService;
  readonly members: MemberService;
  readonly invitations: InvitationService;
  readonly apiKeys: ApiKeyService;
  readonly audit: AuditService;
  /** What each person was told. */
  readonly notifications: NotificationService;
  readonly webhooks: WebhookService;
  /** Trusted: what workers read and write of deliveries. */
  readonly webhookDeliveries: WebhookDeliveryService;
  /** Trusted: what a worker removes once it is old. */
  readonly retention: RetentionService;
  readonly datasets: DatasetService;
  readonly budgets: BudgetService;
  readonly models: ModelService;
  /** Trusted: what workers write about models. */
  readonly modelChecks: ModelCheckService;
  readonly modelChanges: ModelChangeService;
  readonly galleries: GalleryService;
  readonly covariateSets: CovariateSetService;
  /** Trusted: what workers write about galleries and covariate sets. */
  readonly setMaking: SetMakingService;
  readonly recipes: RecipeService;
  readonly runs: RunService;
  readonly runDetails: RunDetailService;
  readonly versions: VersionService;
  readonly measurements: MeasurementService;
  /** Trusted: what workers write about measurements. */
  readonly measuring: MeasuringService;
  readonly samples: SampleService;
  readonly subsets: SubsetService;
  readonly releases: ReleaseService;
  /** Trusted: what workers write about releases. */
  readonly releaseChecks: ReleaseCheckService;
  readonly lineage: LineageService;
  /** Trusted: what workers write about a run. */
  readonly execution: ExecutionService;
  /** Trusted: shards of runs that any worker may take. */
  readonly shards: RunShardService;
  /** Trusted: what workers write of its products. */
  readonly rows: SampleRowService;
  /** Trusted: versions down to the places of their images. */
  readonly contents: VersionContentService;
  /** Trusted. */
  readonly activities: ActivityService;
  /** Trusted: what rows refer to in the object store. */
  readonly references: ReferenceService;
  /** Trusted. */
  readonly workers: WorkerService;
  /** For libraries that bring their own data model (the auth library's adapter); everything else goes through services. */
  readonly prisma: PrismaClient;
  /** Whether the database answers, with its version; for health checks. @throws where it does not */
  ping(): Promise<{ readonly version: string }>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** How to open the catalog. */
export interface CatalogOptions {
  /** postgresql://user:password@host:port/database */
  readonly databaseUrl: string;
  /** Most connections at once. @default 10 */
  readonly poolSize?: number | undefined;
  /** Called when an idle connection of the pool breaks; the pool replaces it. */
  readonly onConnectionError?: ((error: Error) => void) | undefined;
  /** Called with the text of every statement that Prisma sends, for tests that count them. */
  readonly onQuery?: ((sql: string) => void) | undefined;
}

/**
 * Connects to a migrated database.
 *
 * @throws CatalogError DATABASE_UNREACHABLE, DATABASE_REFUSED, DATABASE_MISSING, MIGRATION_PENDING
 * @example
 * await migrate({ databaseUrl });
 * const catalog = await openCatalog({ databaseUrl });
 */
export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const { databaseUrl, poolSize = 10, onConnectionError = () => undefined, onQuery } = options;
  await withConnection(databaseUrl, async (client) => {
    const pending = await pendingMigrations(client);
    if (pending.length === 0) return;
    throw new CatalogError(
      'MIGRATION_PENDING',
      `The database lacks ${pending.length} migration(s) (${pending.join(', ')}); start Colloid with './colloid up', or run 'migrate' first.`,
    );
  });

  const pool = new Pool({
    connectionString: databaseUrl,
    max: poolSize,
    // Counts the wait for a free connection too, not only the making of one.
    connectionTimeoutMillis: WAIT_MS,
    application_name: 'colloid',
  });
  // Without a listener a broken idle connection would end the process.
  pool.on('error', onConnectionError);
  const prisma = new PrismaClient({
    log: onQuery === undefined ? [] : [{ emit: 'event', level: 'query' }],
    adapter: new PrismaPg(pool, { disposeExternalPool: false }),
    errorFormat: 'minimal',
    // Runs of one dataset wait for each other's budgets; Prisma's two seconds are too few for fifty at once.
    transactionOptions: { maxWait: WAIT_MS, timeout: WAIT_MS },
  });
  if (onQuery !== undefined) prisma.$on('query', (event) => onQuery(event.query));
  const context = { prisma };
  return {
    teams: createTeamService(context),
    people: createPeopleService(context),
    emailChanges: createEmailChangeService(context),
    members: createMemberService(context),
    invitations: createInvitationService(context),
    apiKeys: createApiKeyService(context),
    audit: createAuditService(context),
    notifications: createNotificationService(context),
    webhooks: createWebhookService(context),
    webhookDeliveries: createWebhookDeliveryService(context),
    retention: createRetentionService(context),
    datasets: createDatasetService(context),
    budgets: createBudgetService(context),
    models: createModelService(context),
    modelChecks: createModelCheckService(context),
    modelChanges: createModelChangeService(context),
    galleries: createGalleryService(context),
    covariateSets: createCovariateSetService(context),
    setMaking: createSetMakingService(context),
    recipes: createRecipeService(context),
    runs: createRunService(context),
    runDetails: createRunDetailService(context),
    versions: createVersionService(context),
    measurements: createMeasurementService(context),
    measuring: createMeasuringService(context),
    samples: createSampleService(context),
    subsets: createSubsetService(context),
    releases: createReleaseService(context),
    releaseChecks: createReleaseCheckService(context),
    lineage: createLineageService(context),
    execution: createExecutionService(context),
    shards: createRunShardService(context),
    rows: createSampleRowService(context),
    contents: createVersionContentService(context),
    activities: createActivityService(context),
    references: createReferenceService(context),
    workers: createWorkerService(context),
    prisma,
    async ping() {
      const [row] = await prisma.$queryRaw<{ version: string }[]>`
        SELECT current_setting('server_version') AS "version"`;
      return { version: row?.version ?? 'unknown' };
    },
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
