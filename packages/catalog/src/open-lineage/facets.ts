/** @file The facets of OpenLineage that we fill, by their names in the specification; none of our own. */

import manifest from '../../package.json' with { type: 'json' };

/** Who produced an event: a URI that names this version of Colloid. */
export const PRODUCER = `urn:colloid:${manifest.version}`;

/** Published version of each facet's schema. */
const VERSIONS = {
  DatasetVersionDatasetFacet: '1-0-0',
  DatasetTypeDatasetFacet: '1-0-0',
  DocumentationDatasetFacet: '1-0-0',
  TagsDatasetFacet: '1-0-0',
  OutputStatisticsOutputDatasetFacet: '1-0-2',
  DocumentationJobFacet: '1-0-0',
  JobTypeJobFacet: '2-0-3',
  SourceCodeJobFacet: '1-0-1',
  ErrorMessageRunFacet: '1-0-0',
  ProcessingEngineRunFacet: '1-1-0',
  TagsRunFacet: '1-0-0',
} as const;

/** What every facet begins with. */
export interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
  readonly [field: string]: unknown;
}

/** A facet with its fields. */
export function facet(
  name: keyof typeof VERSIONS,
  fields: Readonly<Record<string, unknown>>,
): Facet {
  return {
    _producer: PRODUCER,
    _schemaURL: `https://openlineage.io/spec/facets/${VERSIONS[name]}/${name}.json#/$defs/${name}`,
    ...fields,
  };
}

/** Tags of a dataset or run; null where there are none. */
export function tagsFacet(
  name: 'TagsDatasetFacet' | 'TagsRunFacet',
  tags: Readonly<Record<string, string | null | undefined>>,
): Facet | undefined {
  const told = Object.entries(tags).flatMap(([key, value]) =>
    value == null || value === '' ? [] : [{ key, value, source: 'COLLOID' }],
  );
  return told.length === 0 ? undefined : facet(name, { tags: told });
}

/** What the run of every event says of us. */
export function engineFacet(): Facet {
  return facet('ProcessingEngineRunFacet', { name: 'Colloid', version: manifest.version });
}

/** Facets without those that there is nothing to fill with. */
export function present(
  facets: Readonly<Record<string, Facet | undefined>>,
): Readonly<Record<string, Facet>> {
  return Object.fromEntries(
    Object.entries(facets).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
