/** @file Terms of everything upstream: what a release has to keep to. */

import type { Db } from '../context.ts';
import { LINEAGE_LIMITS, type LineageLicence, type LineageRef } from './graph.ts';
import { COMPARISONS } from './relations.ts';
import type { LineageScope } from './scope.ts';
import { walkLineage } from './walk.ts';

/** The terms, and whether the walk saw all that is upstream. */
export interface UpstreamLicences {
  /** Those that nobody stated first, then by name. */
  readonly licences: readonly LineageLicence[];
  readonly isTruncated: boolean;
}

/** Most nodes that a walk for licences reads: more than any page shows, so that none is missed. */
const MAX_NODES = 20_000;

/** Collects the terms of the roots and of everything that they were made from. */
export async function readLicences(
  db: Db,
  options: { readonly scope: LineageScope; readonly roots: readonly LineageRef[] },
): Promise<UpstreamLicences> {
  const { idsOf, isTruncated } = await walkUpstream(db, options);
  const rows = await db.$queryRaw<(LineageRef & { readonly licence: string | null })[]>`
    SELECT 'ModelVersion' AS "kind", "id", nullif("licence", '') AS "licence" FROM "model_version"
      WHERE "id" = ANY(${idsOf('ModelVersion')}::uuid[])
    UNION ALL SELECT 'Gallery', "id", nullif("licence", '') FROM "gallery"
      WHERE "id" = ANY(${idsOf('Gallery')}::uuid[])
    UNION ALL SELECT 'CovariateSet', "id", nullif("licence", '') FROM "covariate_set"
      WHERE "id" = ANY(${idsOf('CovariateSet')}::uuid[])
    UNION ALL SELECT 'Run', "runId", nullif("licence", '') FROM "run_import"
      WHERE "runId" = ANY(${idsOf('Run')}::uuid[])
    ORDER BY "licence" NULLS FIRST, "kind", "id"`;
  const groups = Map.groupBy(rows, ({ licence }) => licence);
  const licences = [...groups].map(([licence, sources]) => ({
    licence,
    sources: sources.map(({ kind, id }) => ({ kind, id })),
  }));
  return { licences, isTruncated };
}

/** A thing with terms of its own that something was made with. */
export interface UpstreamThing {
  readonly kind: 'generator' | 'recogniser' | 'gallery' | 'covariate set';
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly licence: string | null;
}

/**
 * All that a version comes from: by its runs, by the runs that those were branched from, and by the versions that it was selected
 * or merged from, whether or not any of their samples are left. By kind, name and version.
 */
export async function readUpstreamThings(
  db: Db,
  options: { readonly scope: LineageScope; readonly versionId: string },
): Promise<{ readonly things: readonly UpstreamThing[]; readonly isTruncated: boolean }> {
  const { scope, versionId } = options;
  const roots = [{ kind: 'DatasetVersion', id: versionId }] as const;
  const { idsOf, isTruncated } = await walkUpstream(db, { scope, roots });
  const things = await db.$queryRaw<UpstreamThing[]>`
    SELECT lower("kind"::text) AS "kind", "id", "name", "version", "licence" FROM "model_version"
      WHERE "id" = ANY(${idsOf('ModelVersion')}::uuid[])
    UNION ALL SELECT 'gallery', "id", "name", "version", "licence" FROM "gallery"
      WHERE "id" = ANY(${idsOf('Gallery')}::uuid[])
    UNION ALL SELECT 'covariate set', "id", "name", "version", "licence" FROM "covariate_set"
      WHERE "id" = ANY(${idsOf('CovariateSet')}::uuid[])
    ORDER BY "kind", "name", "version"`;
  return { things, isTruncated };
}

async function walkUpstream(
  db: Db,
  options: { readonly scope: LineageScope; readonly roots: readonly LineageRef[] },
) {
  const { nodes, isTruncated } = await walkLineage(db, {
    ...options,
    direction: 'UPSTREAM',
    depth: LINEAGE_LIMITS.depth * 4,
    maxNodes: MAX_NODES,
    // What a version was compared with says nothing about its terms.
    except: COMPARISONS,
  });
  const idsOf = (kind: LineageRef['kind']) =>
    nodes.filter((node) => node.kind === kind).map(({ id }) => id);
  return { idsOf, isTruncated: isTruncated || nodes.some((node) => node.continues) };
}
