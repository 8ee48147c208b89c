/** @file Models, sets and versions as datasets of OpenLineage: a name for good, and what is known of them. */

import { nameOfRef, type LineageRef } from '../lineage/graph.ts';
import { facet, present, tagsFacet, type Facet } from './facets.ts';
import type { LineageDetails } from './read-details.ts';

/** A dataset as it stands in events. */
export interface OpenLineageDataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets: Readonly<Record<string, Facet>>;
}

/** The namespace of everything that is a team's. */
export function namespaceOf(team: string): string {
  return `colloid://${team}`;
}

/** The datasets of a graph by node. Every version is a dataset of its own, since versions never change and are made of each other. */
export function datasetsOf(details: LineageDetails): Map<string, OpenLineageDataset> {
  const namespace = namespaceOf(details.team);
  const datasets = new Map<string, OpenLineageDataset>();
  const add = (
    ref: LineageRef,
    name: string,
    facets: Readonly<Record<string, Facet | undefined>>,
  ) => datasets.set(nameOfRef(ref), { namespace, name, facets: present(facets) });

  for (const model of details.models.values()) {
    const kind = model.kind.toLowerCase();
    add({ kind: 'ModelVersion', id: model.id }, `models/${kind}/${model.name}/${model.version}`, {
      ...identity(model.digest, { datasetType: 'MODEL', subType: model.kind }),
      tags: tagsFacet('TagsDatasetFacet', { licence: model.licence }),
    });
  }
  const sets = [
    ['Gallery', 'galleries', details.galleries],
    ['CovariateSet', 'covariates', details.covariateSets],
  ] as const;
  for (const [kind, folder, rows] of sets) {
    for (const set of rows.values()) {
      const subType = kind === 'Gallery' ? 'GALLERY' : 'COVARIATE_SET';
      add({ kind, id: set.id }, `${folder}/${set.name}/${set.version}`, {
        ...identity(set.digest, { datasetType: 'FILE', subType }),
        documentation: documentation(set.description),
        tags: tagsFacet('TagsDatasetFacet', { licence: set.licence }),
      });
    }
  }
  for (const version of details.versions.values()) {
    const name = `datasets/${version.dataset.slug}/versions/${String(version.number)}`;
    const tags = Object.fromEntries(version.tags.map((tag) => [tag.name, 'true']));
    add({ kind: 'DatasetVersion', id: version.id }, name, {
      ...identity(version.digest, { datasetType: 'FILE', subType: version.origin }),
      documentation: documentation(version.message),
      tags: tagsFacet('TagsDatasetFacet', tags),
    });
  }
  for (const release of details.releases.values()) {
    const name = `datasets/${release.dataset.slug}/releases/${release.semanticVersion}`;
    add({ kind: 'Release', id: release.id }, name, {
      ...identity(release.candidateDigest, { datasetType: 'FILE', subType: 'RELEASE' }),
      documentation: documentation(release.title),
      tags: tagsFacet('TagsDatasetFacet', {
        licence: release.licence,
        reach: release.reach,
        state: release.state,
        retraction: release.retractionReason,
      }),
    });
  }
  return datasets;
}

function identity(digest: string | null, type: { datasetType: string; subType: string }) {
  return {
    version:
      digest === null
        ? undefined
        : facet('DatasetVersionDatasetFacet', { datasetVersion: `sha256:${digest}` }),
    datasetType: facet('DatasetTypeDatasetFacet', type),
  };
}

function documentation(description: string): Facet | undefined {
  return description === '' ? undefined : facet('DocumentationDatasetFacet', { description });
}
