/** @file Types of releases that several of its parts read. */
import type { ReleasePageQuery } from '@/generated/graphql.ts';

export type {
  ReleaseAction as ReleaseActionName,
  ReleaseLiveFragment,
  ReleaseThreadFragment,
} from '@/generated/graphql.ts';

/** The team as the page's query brings it. */
export type ReleaseTeam = NonNullable<ReleasePageQuery['team']>;
