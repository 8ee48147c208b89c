/**
 * @file A lineage as events of OpenLineage: models as DatasetEvents; recipes and saved subsets, which only say what is to be done,
 * as JobEvents; and whatever made something as RunEvents, a START and its end.
 */

import type { Run } from '../generated/client.ts';
import type { LineageEdge } from '../lineage/graph.ts';
import {
  base,
  createGraph,
  failure,
  job,
  made,
  type EventGraph,
  type OpenLineageEvent,
} from './event-parts.ts';
import { facet, tagsFacet } from './facets.ts';
import type { LineageDetails, ReleaseDetail, RunDetail, VersionDetail } from './read-details.ts';

/** The events of a graph, in the order of their times. */
export function toOpenLineage(
  details: LineageDetails,
  edges: readonly LineageEdge[],
): OpenLineageEvent[] {
  const graph = createGraph(details, edges);
  return [
    ...[...details.models.values()].flatMap((model) => modelEvents(graph, model)),
    ...setEvents(graph),
    ...[...details.recipes.values()].map((recipe) => recipeEvent(graph, recipe)),
    ...[...details.subsets.values()].map((subset) => subsetEvent(graph, subset)),
    ...[...details.runs.values()].flatMap((run) => runEvents(graph, run)),
    ...[...details.versions.values()].flatMap((version) => selectionEvents(graph, version)),
    ...[...details.releases.values()].flatMap((release) => releaseEvents(graph, release)),
    // Sorting is stable: a START stays before the end that has its time.
  ].toSorted((a, b) => (a.eventTime < b.eventTime ? -1 : a.eventTime > b.eventTime ? 1 : 0));
}

function modelEvents(
  graph: EventGraph,
  { id, createdAt }: { readonly id: string; readonly createdAt: Date },
): OpenLineageEvent[] {
  const dataset = graph.datasetOf({ kind: 'ModelVersion', id });
  return dataset === undefined ? [] : [{ ...base('DatasetEvent', createdAt), dataset }];
}

/** Galleries and covariate sets: each was made of uploaded files by a model. */
function setEvents(graph: EventGraph): OpenLineageEvent[] {
  const { galleries, covariateSets } = graph.details;
  const refs = [
    ...[...galleries.values()].map((set) => [{ kind: 'Gallery', id: set.id }, set] as const),
    ...[...covariateSets.values()].map(
      (set) => [{ kind: 'CovariateSet', id: set.id }, set] as const,
    ),
  ];
  return refs.flatMap(([ref, { id, state, refusal, createdAt, checkedAt }]) => {
    const dataset = graph.datasetOf(ref);
    const isReady = state === 'READY';
    const end =
      state === 'CHECKING'
        ? undefined
        : { at: checkedAt ?? createdAt, type: isReady ? ('COMPLETE' as const) : ('FAIL' as const) };
    return made(
      {
        runId: id,
        job: job(graph, ref.kind === 'Gallery' ? 'galleries/make' : 'covariates/make'),
        inputs: graph.sourcesOf(ref),
        outputs: isReady && dataset !== undefined ? [dataset] : [],
        runFacets: { errorMessage: failure(refusal) },
      },
      { start: createdAt, end },
    );
  });
}

function recipeEvent(
  graph: EventGraph,
  recipe: LineageDetails['recipes'] extends ReadonlyMap<string, infer R> ? R : never,
): OpenLineageEvent {
  const sourceCode = JSON.stringify(recipe.definition);
  return {
    ...base('JobEvent', recipe.createdAt),
    job: job(graph, recipeName(recipe), {
      ...samplingJob(),
      sourceCode: facet('SourceCodeJobFacet', { language: 'json', sourceCode }),
    }),
    inputs: graph.sourcesOf({ kind: 'Recipe', id: recipe.id }),
    outputs: [],
  };
}

function recipeName({ name, version }: NonNullable<RunDetail['recipe']>): string {
  return `recipes/${name}/${String(version)}`;
}

/** The type of a recipe's job, in its JobEvent and in those of its runs. */
function samplingJob() {
  const type = { processingType: 'BATCH', integration: 'COLLOID', jobType: 'SAMPLE' };
  return { jobType: facet('JobTypeJobFacet', type) };
}

function subsetName(subset: {
  readonly name: string;
  readonly dataset: { readonly slug: string };
}) {
  return `datasets/${subset.dataset.slug}/subsets/${subset.name}`;
}

function selectingJob(query: unknown) {
  const type = { processingType: 'BATCH', integration: 'COLLOID', jobType: 'SELECT' };
  const code = { language: 'json', sourceCode: JSON.stringify(query) };
  return { jobType: facet('JobTypeJobFacet', type), sourceCode: facet('SourceCodeJobFacet', code) };
}

function subsetEvent(
  graph: EventGraph,
  subset: LineageDetails['subsets'] extends ReadonlyMap<string, infer S> ? S : never,
): OpenLineageEvent {
  return {
    ...base('JobEvent', subset.createdAt),
    job: job(graph, subsetName(subset), selectingJob(subset.query)),
    inputs: graph.sourcesOf({ kind: 'Subset', id: subset.id }),
    outputs: [],
  };
}

const ENDS: Readonly<Partial<Record<Run['state'], 'COMPLETE' | 'ABORT' | 'FAIL'>>> = {
  SUCCEEDED: 'COMPLETE',
  FAILED: 'FAIL',
  CANCELLED: 'ABORT',
};

function runEvents(graph: EventGraph, run: RunDetail): OpenLineageEvent[] {
  const ref = { kind: 'Run', id: run.id } as const;
  const type = ENDS[run.state];
  if (run.startedAt === null && type === undefined) return [];
  const versions = graph.targetsOf(ref).filter(({ kind }) => kind === 'DatasetVersion');
  return made(
    {
      runId: run.id,
      ...whatRan(graph, run),
      outputs: versions.flatMap(({ id }) => outputOf(graph, id)),
      runFacets: {
        errorMessage: failure(run.failure),
        tags: tagsFacet('TagsRunFacet', {
          dataset: run.dataset.slug,
          number: String(run.number),
          message: run.message,
          branchedFrom: run.branchedFromId,
          importedFrom: run.imported?.name ?? null,
          sourceDigest: run.imported?.digest ?? null,
        }),
      },
    },
    {
      start: run.startedAt ?? run.createdAt,
      end: type === undefined ? undefined : { at: run.finishedAt ?? run.createdAt, type },
    },
  );
}

/** The job of a recipe's run and what its recipe names; of an import the dataset's own job and the recogniser, if any. */
function whatRan(graph: EventGraph, { id, recipe, recipeId, dataset }: RunDetail) {
  return recipe === null || recipeId === null
    ? {
        job: job(graph, `datasets/${dataset.slug}/import`),
        inputs: graph.sourcesOf({ kind: 'Run', id }),
      }
    : {
        job: job(graph, recipeName(recipe), samplingJob()),
        inputs: graph.sourcesOf({ kind: 'Recipe', id: recipeId }),
      };
}

/** Selecting and merging happen at once, in the transaction that makes the version. */
function selectionEvents(graph: EventGraph, version: VersionDetail): OpenLineageEvent[] {
  const { id, origin, createdAt, subsetId, dataset } = version;
  if (origin !== 'SUBSET' && origin !== 'MERGE') return [];
  const subset = subsetId === null ? undefined : graph.details.subsets.get(subsetId);
  const { query } = Object(version.query) as { readonly query?: unknown };
  const what =
    origin === 'MERGE'
      ? job(graph, `datasets/${dataset.slug}/merge`)
      : subset === undefined
        ? job(graph, `datasets/${dataset.slug}/select`, selectingJob(query ?? {}))
        : job(graph, subsetName(subset), selectingJob(subset.query));
  const inputs = graph.sourcesOf({ kind: 'DatasetVersion', id });
  return made(
    { runId: id, job: what, inputs, outputs: outputOf(graph, id) },
    { start: createdAt, end: { at: createdAt, type: 'COMPLETE' } },
  );
}

/** Publishing makes a release; a draft has made nothing yet. */
function releaseEvents(graph: EventGraph, release: ReleaseDetail): OpenLineageEvent[] {
  const { id, publishedAt, dataset } = release;
  const output = graph.datasetOf({ kind: 'Release', id });
  if (publishedAt === null || output === undefined) return [];
  return made(
    {
      runId: id,
      job: job(graph, `datasets/${dataset.slug}/release`),
      inputs: graph.sourcesOf({ kind: 'Release', id }),
      outputs: [output],
    },
    { start: publishedAt, end: { at: publishedAt, type: 'COMPLETE' } },
  );
}

function outputOf(graph: EventGraph, versionId: string) {
  const dataset = graph.datasetOf({ kind: 'DatasetVersion', id: versionId });
  const version = graph.details.versions.get(versionId);
  if (dataset === undefined || version === undefined) return [];
  const outputStatistics = facet('OutputStatisticsOutputDatasetFacet', {
    rowCount: version.sampleCount,
  });
  return [{ ...dataset, outputFacets: { outputStatistics } }];
}
