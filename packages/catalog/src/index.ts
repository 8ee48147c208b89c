/** @file The domain: entities, permissions, budgets, runs, versions; on PostgreSQL through Prisma. */

export type { Actor, ActorKey } from './actor.ts';
export type { AuditAction } from './audit/actions.ts';
export { auditSentence } from './audit/sentence.ts';
export {
  verifyExport,
  type AuditExport,
  type AuditHead,
  type ExportReport,
} from './audit/export.ts';
export type { ChainReport } from './audit/verify.ts';
export { openCatalog, type Catalog, type CatalogOptions } from './catalog.ts';
export type { Enqueue, EnqueueTransaction } from './context.ts';
export { databaseStatus, type DatabaseStatus } from './database/database-status.ts';
export {
  CatalogError,
  isCatalogError,
  isUserError,
  type CatalogErrorCode,
  type UserErrorCode,
} from './errors.ts';
export { listenRunEvents, type ListenOptions } from './events/listen.ts';
export { RUN_CHANNEL, type RunChange, type RunEvent } from './events/run-event.ts';
export type {
  Activity,
  AuditEvent,
  BudgetReservation,
  CovariateSet,
  Dataset,
  DatasetVersion,
  Gallery,
  Identity,
  IdentityBudget,
  Invitation,
  Measurement,
  Membership,
  ModelVersion,
  Notification,
  Prisma,
  PrismaClient,
  Recipe,
  Release,
  ReleaseCandidate,
  ReleaseComment,
  ReleaseManifest,
  ReleaseReview,
  ReleaseThread,
  Run,
  RunCheckpoint,
  RunImport,
  RunIteration,
  RunLogLine,
  RunPreview,
  Shard,
  Subset,
  Team,
  VersionTag,
  WebhookAttempt,
  WebhookDelivery,
  Worker,
} from './generated/client.ts';
export {
  DeliveryState,
  MeasurementState,
  ImportSource,
  ModelKind,
  ModelState,
  ReleaseCheckKind,
  ReleaseCheckState,
  ReleaseDecision,
  ReleaseReach,
  ReleaseState,
  Role,
  RunKind,
  RunStage,
  RunState,
  SampleKind,
  SetState,
  ShardKind,
  VersionOrigin,
  Visibility,
} from './generated/enums.ts';
export {
  LINEAGE_KINDS,
  LINEAGE_LIMITS,
  LINEAGE_RELATIONS,
  type LineageDirection,
  type LineageEdge,
  type LineageGraph,
  type LineageKind,
  type LineageLicence,
  type LineageNode,
  type LineageRef,
  type LineageRelation,
  type LineageStart,
} from './lineage/graph.ts';
export type { UpstreamLicences, UpstreamThing } from './lineage/licences.ts';
export type { OpenLineageEvent, OpenLineageJob } from './open-lineage/event-parts.ts';
export type { OpenLineageDataset } from './open-lineage/datasets.ts';
export { migrate } from './migrations/migrate.ts';
export type { WebhookPayload } from './notices/deliveries.ts';
export { TOPICS, TOPIC_WORDS, isTopic, type Topic } from './notices/topics.ts';
export { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type Page, type PageRequest } from './paging/page.ts';
export {
  ACTION_WORDS,
  LEAST_ROLE,
  ROLES,
  SCOPES,
  can,
  completeScopes,
  isScope,
  rolesFor,
  type Action,
} from './permissions.ts';
export { RELEASE_ACTIONS, type ReleaseAction } from './releases/actions.ts';
export {
  datasheetOf,
  termsOf,
  type CandidateText,
  type DatasheetAnswer,
  type ReleaseTerms,
} from './releases/candidate.ts';
export type { CandidateName } from './releases/candidates.ts';
export type { NewComment, Thread } from './releases/discuss-release.ts';
export type { OpenDownload } from './releases/downloads.ts';
export type { PolicyChange, TeamPolicy } from './releases/policies.ts';
export type {
  CheckFacts,
  ReleaseFacts,
  SealedManifest,
  SealManifest,
} from './releases/publish-release.ts';
export type { ReleaseKey, ReleasePlace } from './releases/read-releases.ts';
export type {
  CheckEnding,
  CheckName,
  CheckProgress,
  EnqueueReleaseChecks,
  ReleaseCheckService,
  ReleaseForCheck,
} from './releases/release-checks.ts';
export type {
  ReleaseStanding,
  StandingCheck,
  StandingReview,
} from './releases/release-standing.ts';
export type { NewReview, ReviewRequest } from './releases/review-release.ts';
export { standingOf, type CheckThen, type ReviewStanding } from './releases/review-standing.ts';
export { CHECK_WORDS, DEFAULT_POLICY, RELEASE_CHECK_KINDS } from './releases/standing.ts';
export type { NewRelease, ReleaseEdit } from './releases/write-release.ts';
export type { Histogram, SampleFacets } from './selection/facets.ts';
export type { IdentityWhere, NumberRange, SampleWhere } from './selection/filter.ts';
export type { IdentityOrder, SampleOrder } from './selection/orders.ts';
export type { Sample } from './selection/sample.ts';
export type { SampleQuery } from './selection/sample-query.ts';
export type { ActivityService } from './services/activities.ts';
export type { ApiKeyService, KeyRefusal, ListedApiKey } from './services/api-keys.ts';
export type { AuditScope, AuditService } from './services/audit-log.ts';
export type { BudgetPoint } from './services/budget-history.ts';
export type { BudgetLimits, BudgetScope, BudgetService } from './services/budgets.ts';
export type { NewBranch } from './services/branch-run.ts';
export type { NewVersion } from './services/commit-version.ts';
export type {
  MemberDifference,
  MetricDifference,
  VersionComparison,
} from './services/compare-versions.ts';
export type {
  BuiltInCovariateSet,
  CovariateSetService,
  NewCovariateSet,
} from './services/covariate-sets.ts';
export type { ImportedFile, ImportPlan, NewImport } from './services/create-import.ts';
export type { BranchPoint, NewRun, RunPlan } from './services/create-run.ts';
export type { DatasetService } from './services/datasets.ts';
export {
  stageSeconds,
  type ExecutionService,
  type ImportForExecution,
  type ImportRun,
  type NewCheckpoint,
  type NewIteration,
  type RecipeForExecution,
  type RunEnd,
  type RunForExecution,
  type SamplingRun,
  type RunWishes,
} from './services/execution.ts';
export {
  INVITATION_DAYS,
  stateOfInvitation,
  type InvitationOffer,
  type InvitationService,
  type InvitationState,
} from './services/invitations.ts';
export { withMeasured } from './measurements/measured-metrics.ts';
export type { EnqueueMeasurement } from './measurements/request-measurement.ts';
export type { MeasuredNearest } from './measurements/write-nearest.ts';
export { MAX_MEASURED_GALLERIES, type MeasurementService } from './services/measurements.ts';
export type { MeasurementEnding, MeasuringService } from './services/measuring.ts';
export type { Member, MemberService, PasswordReset } from './services/members.ts';
export type { MemberKey } from './services/require-member.ts';
export { EMAIL_CONFIRMATION_MINUTES } from './services/email-changes.ts';
export type { EmailChangeService, EmailConfirmation } from './services/email-changes.ts';
export type { GalleryService, NewGallery } from './services/galleries.ts';
export type { ModelChangeService } from './services/model-changes.ts';
export type { ModelCheckService, ModelVerdict } from './services/model-checks.ts';
export type {
  EnqueueModelCheck,
  ModelService,
  ModelVersionName,
  NewModelVersion,
  SubmittedModelVersion,
} from './services/models.ts';
export type { NotificationScope, NotificationService } from './services/notifications.ts';
export type { LineageRequest, LineageService } from './services/lineage.ts';
export type { OwnChange, PeopleService, Person, Profile } from './services/people.ts';
export type { RecipeSetNames } from './services/recipe-sets.ts';
export type { RecipeService } from './services/recipes.ts';
export type { NamedDownload } from './releases/downloads.ts';
export type { ReleaseService } from './services/releases.ts';
export type { RunDetailService } from './services/run-details.ts';
export type { ClaimState, OpenShards, RunShardService, ShardName } from './services/run-shards.ts';
export { isFinished } from './services/run-state.ts';
export type { RunScope, RunService } from './services/runs.ts';
export type { NewIdentity, NewSample, NewShard, SampleRowService } from './services/sample-rows.ts';
export type { MergeCheck, MergeOverlap } from './services/merge-collisions.ts';
export type { MergeCollision } from './services/merge-versions.ts';
export type { SubsetService } from './services/subsets.ts';
export type { NearestOther, VersionIdentityKey } from './services/nearest-identities.ts';
export type { IdentityKey, SampleKey, SampleService, ShardKey } from './services/samples.ts';
export type {
  CovariateSetForMaking,
  GalleryForMaking,
  SetContent,
  SetMakingService,
  SetRefusal,
} from './services/set-making.ts';
export type { EnqueueSet, NewSet, SetName } from './services/sets.ts';
export { FORMER_SLUG_DAYS, TEAM_GRACE_DAYS } from './services/change-team.ts';
export type { ReferenceService } from './services/references.ts';
export type { DeletedTeam, TeamService } from './services/teams.ts';
export type {
  ContentPart,
  EmbeddedGallery,
  FittedCovariateSet,
  PlacedSample,
  ShardColumn,
  ShardShare,
  VersionContents,
  VersionContentService,
} from './services/version-contents.ts';
export type { VersionService } from './services/versions.ts';
export {
  MOST_FAILURES,
  type DeliveryOutcome,
  type OpenDelivery,
  type WebhookDeliveryService,
} from './services/webhook-deliveries.ts';
export type { ListedWebhook, WebhookService } from './services/webhooks.ts';
export type { WorkerProvider, WorkerReport, WorkerService } from './services/workers.ts';
