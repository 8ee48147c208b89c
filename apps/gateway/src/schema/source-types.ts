/** @file What the resolvers of each GraphQL type are given; Nexus reads the names off this file. */
import type * as catalog from '@colloid/catalog';
import type * as pipeline from '@colloid/pipeline/client';
import type { StoredModelReport } from '@colloid/pipeline/client';
import type { RecipeParameterSource, RecipePresetSource } from './recipes/catalogue.ts';
import type { RunEstimateSource } from './recipes/estimate.ts';
import type { Neighbour } from '../similarity/similarity.ts';
import type {
  LineageGraphSource,
  LineageLicenceSource,
  LineageNodeSource,
} from './lineage/read-lineage.ts';
import type { SampleSelectionSource } from './samples/selection.ts';
import type * as stored from './runs/stored-json.ts';
import type { SampleCovariatesSource } from './samples/covariates.ts';
import type * as connections from './shared/connections.ts';
import type { SystemSource } from './system/types.ts';
import type { IssuedReset } from '../auth/password-reset.ts';
import type { UserErrorSource } from '../graphql/errors.ts';
import type * as live from '../live/watch-run.ts';
import type { KeyOfType } from '../ids.ts';

export type Team = catalog.Team;
export type Viewer = catalog.Profile;
export type Person = catalog.Person;
export type TeamMember = catalog.Member;
export type Invitation = catalog.Invitation;
export type InvitationOffer = catalog.InvitationOffer;
export type IssuedInvitation = Awaited<ReturnType<catalog.InvitationService['inviteMember']>>;
export type IssuedAddress = IssuedReset;
export type Permission = { readonly action: catalog.Action };
export type ApiKey = catalog.ListedApiKey;
export type ActivityEvent = catalog.AuditEvent;
export type AuditEvent = catalog.AuditEvent;
export type Dataset = catalog.Dataset;
export type BudgetPoint = catalog.BudgetPoint;
export type IdentityBudget = catalog.IdentityBudget;
export type ModelVersion = catalog.ModelVersion;
export type ModelReport = StoredModelReport;
export type ModelCheck = StoredModelReport['checks'][number];
export type ModelFileFacts = StoredModelReport['files'][number];
export type ModelGraphFacts = NonNullable<ModelFileFacts['graph']>;
export type ModelOperatorFacts = StoredModelReport['operators'][number];
export type ModelOperatorBlock = NonNullable<ModelOperatorFacts['blockedAt']>;
export type ModelValueFacts = StoredModelReport['values'][number];
export type ModelGradientFacts = NonNullable<StoredModelReport['gradient']>;
export type ModelSpeed = StoredModelReport['speed'][number];
export type ModelSampleSheet = NonNullable<StoredModelReport['samples']>;
export type Gallery = catalog.Gallery;
export type SetFile = { readonly name: string; readonly digest: string };
export type GalleryReport = pipeline.StoredGalleryReport;
export type GalleryNorms = GalleryReport['norms'];
export type GalleryFailure = GalleryReport['failures'][number];
export type CovariateSet = catalog.CovariateSet;
export type CovariateDirection = pipeline.StoredDirection;
export type CovariateSide = CovariateDirection['negativeSide'];
export type CovariateStrip = CovariateDirection['strip'];
export type ProjectionReport = pipeline.StoredProjection;
export type ProjectedImage = pipeline.ProjectedImage;
export type Recipe = catalog.Recipe;
export type RecipeParameter = RecipeParameterSource;
export type RecipePreset = RecipePresetSource;
export type RunEstimate = RunEstimateSource;
export type Run = catalog.Run;
export type RunSummary = stored.RunSummary;
export type StageSeconds = stored.StageSeconds;
export type RunCheckpoint = catalog.RunCheckpoint;
export type RunBranchPoint = { readonly runId: string; readonly iteration: number };
export type RunPartialWork = stored.RunPartialWork;
export type RunIteration = catalog.RunIteration;
export type RunPreview = catalog.RunPreview;
export type RunLogLine = catalog.RunLogLine;
export type RunProgress = live.RunProgress;
export type DatasetVersion = catalog.DatasetVersion;
export type Subset = catalog.Subset;
export type LineageGraph = LineageGraphSource;
export type LineageNode = LineageNodeSource;
export type LineageEdge = catalog.LineageEdge;
export type LineageLicence = LineageLicenceSource;
export type VersionComparison = catalog.VersionComparison;
export type MemberDifference = catalog.MemberDifference;
export type MetricDifference = catalog.MetricDifference;
export type SimilarIdentity = Neighbour;
export type Identity = catalog.Identity;
export type Sample = catalog.Sample;
export type SampleSelection = SampleSelectionSource;
export type SampleFacets = catalog.SampleFacets;
export type SampleKindCount = catalog.SampleFacets['kinds'][number];
export type FacetHistogram = catalog.Histogram;
export type SampleCovariates = SampleCovariatesSource;
export type CovariateWeight = SampleCovariatesSource['weights'][number];
export type SystemStatus = SystemSource;
export type WorkerStatus = catalog.WorkerReport;
export type UserError = UserErrorSource;
export type PageInfo = catalog.Page<unknown>;

export type DatasetConnection = connections.Connection<Dataset>;
export type DatasetVersionConnection = connections.Connection<DatasetVersion>;
export type RunConnection = connections.Connection<Run>;
export type RecipeConnection = connections.Connection<Recipe>;
export type GalleryConnection = connections.Connection<Gallery>;
export type CovariateSetConnection = connections.Connection<CovariateSet>;
export type IdentityConnection = connections.Connection<Identity>;
export type ActivityEventConnection = connections.Connection<ActivityEvent>;
export type AuditEventConnection = connections.Connection<AuditEvent>;
export type SampleConnection = connections.Connection<Sample>;
export type DatasetEdge = connections.Edge<Dataset>;
export type DatasetVersionEdge = connections.Edge<DatasetVersion>;
export type RunEdge = connections.Edge<Run>;
export type RecipeEdge = connections.Edge<Recipe>;
export type GalleryEdge = connections.Edge<Gallery>;
export type CovariateSetEdge = connections.Edge<CovariateSet>;
export type IdentityEdge = connections.Edge<Identity>;
export type ActivityEventEdge = connections.Edge<ActivityEvent>;
export type AuditEventEdge = connections.Edge<AuditEvent>;
export type SampleEdge = connections.Edge<Sample>;

interface NodeEntities {
  readonly Team: Team;
  readonly Dataset: Dataset;
  readonly IdentityBudget: IdentityBudget;
  readonly ModelVersion: ModelVersion;
  readonly Gallery: Gallery;
  readonly CovariateSet: CovariateSet;
  readonly Recipe: Recipe;
  readonly Run: Run;
  readonly DatasetVersion: DatasetVersion;
  readonly Subset: Subset;
  readonly Identity: Identity;
  readonly Sample: Sample;
}

/** An entity that knows which type of node it is. */
export type NodeSource = {
  [Name in keyof KeyOfType]: NodeEntities[Name] & { readonly __typename: Name };
}[keyof KeyOfType];
