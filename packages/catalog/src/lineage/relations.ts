/** @file Every way in which one thing is made from another, as rows of SQL. */

import { Prisma } from '../generated/client.ts';
import type { LineageKind, LineageRelation } from './graph.ts';

/** Pairs of ids: `source` was used to make `target`. */
export interface RelationRows {
  readonly relation: LineageRelation;
  readonly source: LineageKind;
  readonly target: LineageKind;
  readonly sourceColumn: Prisma.Sql;
  readonly targetColumn: Prisma.Sql;
  /** What follows FROM; conditions may be added with AND. */
  readonly rows: Prisma.Sql;
}

/** @param columns `table.source column`, `table.target column` and an optional condition, all constants of this file. */
function rows(
  relation: LineageRelation,
  [source, target]: readonly [LineageKind, LineageKind],
  columns: {
    readonly table: string;
    readonly source: string;
    readonly target: string;
    readonly where?: string;
  },
): RelationRows {
  return {
    relation,
    source,
    target,
    sourceColumn: Prisma.raw(columns.source),
    targetColumn: Prisma.raw(columns.target),
    rows: Prisma.raw(`${columns.table} WHERE ${columns.where ?? `${columns.source} IS NOT NULL`}`),
  };
}

/** The edges of the graph. A version has its run as a source only where the run made it: of a subset or merge the parents tell. */
export const RELATIONS: readonly RelationRows[] = [
  rows('RECOGNISER', ['ModelVersion', 'Gallery'], {
    table: '"gallery" e',
    source: 'e."recogniserVersionId"',
    target: 'e."id"',
  }),
  rows('GENERATOR', ['ModelVersion', 'CovariateSet'], {
    table: '"covariate_set" e',
    source: 'e."generatorVersionId"',
    target: 'e."id"',
  }),
  rows('RECOGNISER', ['ModelVersion', 'CovariateSet'], {
    table: '"covariate_set" e',
    source: 'e."recogniserVersionId"',
    target: 'e."id"',
  }),
  rows('GENERATOR', ['ModelVersion', 'Recipe'], {
    table: '"recipe" e',
    source: 'e."generatorVersionId"',
    target: 'e."id"',
  }),
  rows('RECOGNISER', ['ModelVersion', 'Recipe'], {
    table: '"recipe" e',
    source: 'e."recogniserVersionId"',
    target: 'e."id"',
  }),
  rows('GALLERY', ['Gallery', 'Recipe'], {
    table: '"recipe" e',
    source: 'e."galleryId"',
    target: 'e."id"',
  }),
  rows('COVARIATES', ['CovariateSet', 'Recipe'], {
    table: '"recipe" e',
    source: 'e."covariateSetId"',
    target: 'e."id"',
  }),
  rows('RECIPE', ['Recipe', 'Run'], {
    table: '"run" e',
    source: 'e."recipeId"',
    target: 'e."id"',
  }),
  rows('RECOGNISER', ['ModelVersion', 'Run'], {
    table: '"run_import" e',
    source: 'e."recogniserVersionId"',
    target: 'e."runId"',
  }),
  rows('BRANCH', ['Run', 'Run'], {
    table: '"run" e',
    source: 'e."branchedFromId"',
    target: 'e."id"',
  }),
  rows('OUTPUT', ['Run', 'DatasetVersion'], {
    table: '"version_part" e JOIN "dataset_version" v ON v."id" = e."versionId"',
    source: 'e."runId"',
    target: 'e."versionId"',
    where: `v."origin" IN ('RUN', 'IMPORT')`,
  }),
  rows('PARENT', ['DatasetVersion', 'DatasetVersion'], {
    table: '"version_parent" e',
    source: 'e."parentId"',
    target: 'e."versionId"',
  }),
  rows('QUERIED', ['DatasetVersion', 'Subset'], {
    table: '"subset" e',
    source: 'e."versionId"',
    target: 'e."id"',
  }),
  rows('MATERIALISED', ['Subset', 'DatasetVersion'], {
    table: '"dataset_version" e',
    source: 'e."subsetId"',
    target: 'e."id"',
  }),
  rows('RELEASED', ['DatasetVersion', 'Release'], {
    table: '"release" e',
    source: 'e."versionId"',
    target: 'e."id"',
  }),
  rows('CHECKED_AGAINST', ['Gallery', 'Release'], {
    table: '"release_gallery" e',
    source: 'e."galleryId"',
    target: 'e."releaseId"',
  }),
  rows('MEASURED_AGAINST', ['Gallery', 'DatasetVersion'], {
    table: '"measurement" e',
    source: 'e."galleryId"',
    target: 'e."versionId"',
    where: `e."state" = 'DONE' AND e."galleryId" IS NOT NULL`,
  }),
];

/** Relations that say what something was compared with, and not what it was made from. */
export const COMPARISONS: ReadonlySet<LineageRelation> = new Set(['MEASURED_AGAINST']);
