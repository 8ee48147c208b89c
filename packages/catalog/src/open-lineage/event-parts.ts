/** @file What events of OpenLineage are put together from: the graph as datasets, jobs, and the start and end of a run. */

import { nameOfRef, type LineageEdge, type LineageRef } from '../lineage/graph.ts';
import { COMPARISONS } from '../lineage/relations.ts';
import { datasetsOf, namespaceOf, type OpenLineageDataset } from './datasets.ts';
import { engineFacet, facet, present, PRODUCER, type Facet } from './facets.ts';
import type { LineageDetails } from './read-details.ts';

const SPEC = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs';

/** A job of OpenLineage. */
export interface OpenLineageJob {
  readonly namespace: string;
  readonly name: string;
  readonly facets: Readonly<Record<string, Facet>>;
}

interface BaseEvent {
  /** ISO 8601, UTC. */
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
}

/** One event, to be sent or written as it is. */
export type OpenLineageEvent = BaseEvent &
  (
    | {
        readonly eventType: 'START' | 'COMPLETE' | 'ABORT' | 'FAIL';
        readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, Facet>> };
        readonly job: OpenLineageJob;
        readonly inputs: readonly OpenLineageDataset[];
        readonly outputs: readonly (OpenLineageDataset & {
          readonly outputFacets?: Readonly<Record<string, Facet>>;
        })[];
      }
    | {
        readonly job: OpenLineageJob;
        readonly inputs: readonly OpenLineageDataset[];
        readonly outputs: readonly OpenLineageDataset[];
      }
    | { readonly dataset: OpenLineageDataset }
  );

/** A graph as events need it. */
export interface EventGraph {
  readonly details: LineageDetails;
  readonly namespace: string;
  /** The datasets that something was made from, or that came of it. */
  sourcesOf(ref: LineageRef): OpenLineageDataset[];
  targetsOf(ref: LineageRef): LineageRef[];
  datasetOf(ref: LineageRef): OpenLineageDataset | undefined;
}

/** The datasets of the nodes, found by the edges. */
export function createGraph(details: LineageDetails, edges: readonly LineageEdge[]): EventGraph {
  const datasets = datasetsOf(details);
  const bySource = Map.groupBy(edges, ({ source }) => nameOfRef(source));
  const making = edges.filter(({ relation }) => !COMPARISONS.has(relation));
  const byTarget = Map.groupBy(making, ({ target }) => nameOfRef(target));
  const datasetOf = (ref: LineageRef) => datasets.get(nameOfRef(ref));
  return {
    details,
    namespace: namespaceOf(details.team),
    datasetOf,
    sourcesOf: (ref) =>
      (byTarget.get(nameOfRef(ref)) ?? []).flatMap(({ source }) => datasetOf(source) ?? []),
    targetsOf: (ref) => (bySource.get(nameOfRef(ref)) ?? []).map(({ target }) => target),
  };
}

/** What every event has. */
export function base(kind: 'RunEvent' | 'JobEvent' | 'DatasetEvent', at: Date): BaseEvent {
  return { eventTime: at.toISOString(), producer: PRODUCER, schemaURL: `${SPEC}/${kind}` };
}

/** A job; its last word is its type where no facet says another. */
export function job(
  { namespace }: EventGraph,
  name: string,
  facets: Readonly<Record<string, Facet | undefined>> = {},
): OpenLineageJob {
  const [jobType = ''] = name.split('/').slice(-1);
  const type = { processingType: 'BATCH', integration: 'COLLOID', jobType: jobType.toUpperCase() };
  return {
    namespace,
    name,
    facets: present({ jobType: facet('JobTypeJobFacet', type), ...facets }),
  };
}

/** What makes something: a START and, where it has ended, its end. */
export function made(
  what: {
    readonly runId: string;
    readonly job: OpenLineageJob;
    readonly inputs: readonly OpenLineageDataset[];
    readonly outputs: Extract<OpenLineageEvent, { eventType: string }>['outputs'];
    readonly runFacets?: Readonly<Record<string, Facet | undefined>>;
  },
  times: {
    readonly start: Date;
    readonly end?: { readonly at: Date; readonly type: 'COMPLETE' | 'ABORT' | 'FAIL' } | undefined;
  },
): OpenLineageEvent[] {
  const { runId, runFacets, ...rest } = what;
  const facets = present({ processing_engine: engineFacet(), ...runFacets });
  const start = {
    ...base('RunEvent', times.start),
    eventType: 'START' as const,
    run: { runId, facets: present({ ...facets, errorMessage: undefined }) },
    ...rest,
    outputs: [],
  };
  if (times.end === undefined) return [start];
  const { at, type } = times.end;
  return [start, { ...base('RunEvent', at), eventType: type, run: { runId, facets }, ...rest }];
}

/** Why something failed; nothing where it did not. */
export function failure(message: string | null): Facet | undefined {
  return message === null
    ? undefined
    : facet('ErrorMessageRunFacet', { message, programmingLanguage: 'TypeScript' });
}
