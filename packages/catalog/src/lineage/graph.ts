/** @file Lineage as a graph: what there is in it, and how far it may be walked. */

/** What the graph's nodes are, in the order in which one makes the next. */
export const LINEAGE_KINDS = [
  'ModelVersion',
  'Gallery',
  'CovariateSet',
  'Recipe',
  'Run',
  'DatasetVersion',
  'Subset',
  'Release',
] as const;

/** A kind of node. */
export type LineageKind = (typeof LINEAGE_KINDS)[number];

/** Names one node. */
export interface LineageRef {
  readonly kind: LineageKind;
  readonly id: string;
}

/** Where lineage may start: at a node, at all versions of a dataset, or at the run that made an identity or sample. */
export interface LineageStart {
  readonly kind: LineageKind | 'Dataset';
  readonly id: string;
}

/** What an edge says that its source is to its target. */
export const LINEAGE_RELATIONS = [
  'GENERATOR',
  'RECOGNISER',
  'GALLERY',
  'COVARIATES',
  'RECIPE',
  'BRANCH',
  'OUTPUT',
  'PARENT',
  'QUERIED',
  'MATERIALISED',
  'RELEASED',
  'CHECKED_AGAINST',
  'MEASURED_AGAINST',
] as const;

/** A relation. */
export type LineageRelation = (typeof LINEAGE_RELATIONS)[number];

/** What made something, what came of it, or both. */
export type LineageDirection = 'UPSTREAM' | 'DOWNSTREAM' | 'BOTH';

/** A node as it was found. */
export interface LineageNode extends LineageRef {
  /** Steps from where the walk began: below 0 for what made it, above 0 for what came of it. */
  readonly depth: number;
  /** Whether the walk ended here although it could go on. */
  readonly continues: boolean;
}

/** From what was used to what came of it. */
export interface LineageEdge {
  readonly source: LineageRef;
  readonly target: LineageRef;
  readonly relation: LineageRelation;
}

/** The part of the lineage that a walk reached. */
export interface LineageGraph {
  /** Those it began at first, then by distance. */
  readonly nodes: readonly LineageNode[];
  /** All edges between its nodes. */
  readonly edges: readonly LineageEdge[];
  /** Whether nodes were left out because there are more than {@link LINEAGE_LIMITS} allow; the newest are kept. */
  readonly isTruncated: boolean;
}

/** Terms of something upstream. */
export interface LineageLicence {
  /** As it was registered; null where nobody said. */
  readonly licence: string | null;
  /** What is under these terms. */
  readonly sources: readonly LineageRef[];
}

/** How much one walk may read. */
export const LINEAGE_LIMITS = {
  /** Most steps in one direction. */
  depth: 16,
  /** Steps where none are asked for. */
  defaultDepth: 4,
  /** Most nodes of an answer. */
  nodes: 400,
  /** Most edges of an answer, and most that one step reads. */
  edges: 4000,
} as const;

/** One text per node, to look it up by. */
export function nameOfRef({ kind, id }: LineageRef): string {
  return `${kind} ${id}`;
}
