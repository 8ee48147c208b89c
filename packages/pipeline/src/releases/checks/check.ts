/** @file What a check of a release is given, and what it comes to. */

import type { EmbeddedGallery, VersionContents, VersionContentService } from '@colloid/catalog';
import type { DatasheetAnswer } from '@colloid/formats';
import type { Runtime } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import type { ActivityStore } from '../../activities/activity.ts';
import type { Json } from '../../digest.ts';
import type { ReportProgress } from '../../measurements/report-progress.ts';

/** The candidate that is checked. */
export interface CheckedRelease {
  readonly title: string;
  readonly semanticVersion: string;
  readonly notes: string;
  /** Team and dataset, such as lab/faces. */
  readonly dataset: string;
  readonly terms: { readonly licence: string; readonly text: string };
  readonly datasheet: readonly DatasheetAnswer[];
  /** Those to look for leakage of. */
  readonly galleries: readonly EmbeddedGallery[];
}

export interface CheckContext {
  readonly store: ObjectStore;
  readonly contents: VersionContentService;
  /** Where what was computed before is found again. */
  readonly activities: ActivityStore;
  readonly version: VersionContents;
  readonly release: CheckedRelease;
  readonly runtime: Runtime;
  /** Told how far the check is; a check that is over at once tells nothing. */
  readonly report: ReportProgress;
  /** Aborted when the worker stops or has lost the job; the check then begins again elsewhere. */
  readonly signal: AbortSignal;
}

/** What a check found. */
export interface CheckOutcome {
  readonly isPassed: boolean;
  /** For a person: what was found, and what to do where that is not right. */
  readonly sentence: string;
  readonly evidence: { readonly [key: string]: Json };
}

/** A check: a function of what it is given. Throws only for what is wrong with the surroundings. */
export type Check = (context: CheckContext) => Promise<CheckOutcome>;

/** Things of which evidence lists the first. */
export const MOST_LISTED = 100;

/** For a part of the work: what it reports from 0 to 1 is a share between `from` and `to` of the whole. */
export function within(report: ReportProgress, from: number, to: number): ReportProgress {
  return (share, step) => {
    report(from + share * (to - from), step);
  };
}

/** What the distances between that many identities report as they are computed. */
export function betweenIdentities(
  report: ReportProgress,
  identities: number,
): (share: number) => void {
  const step = `distances between ${counted(identities, 'identity', 'identities')}`;
  return (share) => {
    report(share, step);
  };
}

/** "1 image", "2 images". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
