/** @file What each kind of thing in a lineage is called, how it looks, and which page shows it. */
import {
  IconAdjustments,
  IconCertificate,
  IconCpu,
  IconFilter,
  IconPlayerPlay,
  IconReceipt,
  IconStack2,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { LineageRelation, LineageThingFragment } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import {
  covariateSetPath,
  galleriesPath,
  modelPath,
  queryPath,
  recipesPath,
  releasePath,
  runPath,
  versionPath,
} from '@/lib/routes.ts';

type Entity = LineageThingFragment['entity'];

/** How one node is shown. */
export interface LineageLook {
  /** Word for its kind. */
  readonly word: string;
  readonly Icon: typeof IconCpu;
  /** One more line about it; empty where there is nothing to say. */
  readonly fact: string;
  /** The page that shows it; null for what has none. */
  readonly href: string | null;
}

/** How to show an entity of `team`. */
export function lookOf(team: string, entity: Entity): LineageLook {
  switch (entity.__typename) {
    case 'ModelVersion':
      return {
        word: entity.kind === 'GENERATOR' ? 'Generator' : 'Recogniser',
        Icon: IconCpu,
        fact: entity.modelLicence,
        href: modelPath(team, { ...entity, version: entity.modelVersion }),
      };
    case 'Gallery':
      return {
        word: 'Gallery',
        Icon: IconUsersGroup,
        fact: entity.setLicence ?? 'no licence stated',
        href: galleriesPath(team),
      };
    case 'CovariateSet':
      return {
        word: 'Covariates',
        Icon: IconAdjustments,
        fact: entity.setLicence ?? 'no licence stated',
        href: covariateSetPath(team, { name: entity.name, version: entity.setVersion }),
      };
    case 'Recipe':
      return { word: 'Recipe', Icon: IconReceipt, fact: '', href: recipesPath(team) };
    case 'Run':
      return {
        word: 'Run',
        Icon: IconPlayerPlay,
        fact: entity.message === '' ? entity.runState.toLowerCase() : entity.message,
        href: runPath(team, entity.dataset.slug, entity.number),
      };
    case 'DatasetVersion':
      return {
        word: 'Version',
        Icon: IconStack2,
        fact: [
          ...entity.tags,
          formatCounted(entity.identityCount, 'identity', 'identities'),
          formatCounted(entity.sampleCount, 'image', 'images'),
        ].join(' · '),
        href: versionPath(team, entity.dataset.slug, entity.number),
      };
    case 'Subset':
      return {
        word: 'Saved subset',
        Icon: IconFilter,
        fact: `over version ${String(entity.over.number)}`,
        href: queryPath(team, entity.over.dataset.slug, entity.over.number),
      };
    case 'Release':
      return {
        word: `Release, ${entity.releaseState.toLowerCase().replaceAll('_', ' ')}`,
        Icon: IconCertificate,
        fact: `${entity.title} · ${entity.terms.licence}`,
        href: releasePath(team, entity.datasetSlug, entity.number),
      };
    default:
      return { word: 'Thing', Icon: IconStack2, fact: '', href: null };
  }
}

/** What the source of an edge is to its target, in a word. */
export const RELATION_WORDS: Record<LineageRelation, string> = {
  GENERATOR: 'generator',
  RECOGNISER: 'recogniser',
  GALLERY: 'gallery',
  COVARIATES: 'covariates',
  RECIPE: 'recipe',
  BRANCH: 'branch',
  OUTPUT: 'made',
  PARENT: 'parent',
  QUERIED: 'query',
  MATERIALISED: 'selected',
  RELEASED: 'released',
  CHECKED_AGAINST: 'checked against',
  MEASURED_AGAINST: 'measured against',
};
