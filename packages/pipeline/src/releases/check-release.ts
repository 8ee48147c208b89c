/** @file One check of one release, as a job: from its row to what it found. */

import type {
  Catalog,
  CheckEnding,
  CheckName,
  ReleaseCheckKind,
  ReleaseForCheck,
} from '@colloid/catalog';
import { catalogActivities } from '../activities/catalog-activities.ts';
import { progressWriter, type ReportProgress } from '../measurements/report-progress.ts';
import type { Runtime } from '@colloid/sampler';
import { isStorageError, type ObjectStore } from '@colloid/storage';

import { budgetAndIct } from './checks/budget-and-ict.ts';
import type { Check, CheckContext } from './checks/check.ts';
import { datasheet } from './checks/datasheet.ts';
import { duplicates } from './checks/duplicates.ts';
import { leakage } from './checks/leakage.ts';
import { licences } from './checks/licences.ts';
import { shardIntegrity } from './checks/shard-integrity.ts';
import { syntheticMark } from './checks/synthetic-mark.ts';

export interface CheckReleaseOptions {
  readonly catalog: Pick<Catalog, 'releaseChecks' | 'contents' | 'activities'>;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly check: CheckName;
  /** Aborted when the worker stops or has lost the job; the check then begins again elsewhere. */
  readonly signal: AbortSignal;
  /** Told of what kept a check from being done, which its row says in a sentence only. */
  readonly onFault: (error: unknown) => void;
}

/** How {@link checkRelease} left the check. */
export type CheckReleaseEnding = CheckEnding['state'] | 'NOTHING_TO_DO';

/** Between two words of how far a check is: each of them sends the release to everybody who watches it. */
const PROGRESS_SECONDS = 0.5;

const CHECKS = {
  BUDGET_AND_ICT: budgetAndIct,
  DUPLICATES: duplicates,
  LEAKAGE: leakage,
  SHARD_INTEGRITY: shardIntegrity,
  SYNTHETIC_MARK: syntheticMark,
  LICENCES: licences,
  DATASHEET: datasheet,
} as const satisfies Record<ReleaseCheckKind, Check>;

/**
 * Makes a check that waits and writes what it found. Run twice it changes nothing; killed anywhere it can be run again. What a check
 * cannot read ends it as ERRORED, which says nothing about the release.
 */
export async function checkRelease(options: CheckReleaseOptions): Promise<CheckReleaseEnding> {
  const { catalog, check, signal } = options;
  const subject = await catalog.releaseChecks.beginCheck(check);
  if (subject === null) return 'NOTHING_TO_DO';
  const ending = await endingOf(subject, options);
  signal.throwIfAborted();
  return (await catalog.releaseChecks.finishCheck(check, ending)) ? ending.state : 'NOTHING_TO_DO';
}

async function endingOf(
  subject: ReleaseForCheck,
  options: CheckReleaseOptions,
): Promise<CheckEnding> {
  const { catalog, check, signal, onFault } = options;
  const writer = progressWriter(
    (share, step) => catalog.releaseChecks.recordProgress(check, { share, step }),
    { leastSeconds: PROGRESS_SECONDS },
  );
  try {
    const context = await contextOf(subject, options, writer.report);
    const { isPassed, sentence, evidence } = await CHECKS[check.kind](context);
    await writer.end();
    return {
      state: isPassed ? 'PASSED' : 'FAILED',
      sentence,
      // Undefined and the like have no place in JSON.
      evidence: JSON.parse(JSON.stringify(evidence)) as object,
    };
  } catch (error) {
    if (signal.aborted) throw error;
    onFault(error);
    return { state: 'ERRORED', sentence: faultOf(error) };
  }
}

/** What is missing or damaged is named; anything else is in the log of the worker, and no part of it is shown. */
function faultOf(error: unknown): string {
  const isDamage = isStorageError(error, 'NOT_FOUND') || isStorageError(error, 'CORRUPT');
  return isDamage
    ? `What the check needs cannot be read: ${error.message}`
    : 'The check could not be done, and the log of the worker says why; run the checks again.';
}

async function contextOf(
  { release, dataset, version, galleries, datasheet: answers }: ReleaseForCheck,
  { catalog, store, runtime, signal }: CheckReleaseOptions,
  report: ReportProgress,
): Promise<CheckContext> {
  const { contents, activities } = catalog;
  const loaded = await contents.loadContents(version.id);
  if (loaded === null) throw new Error(`Version ${version.id} is gone.`);
  const { title, semanticVersion, notes, licence, termsText } = release;
  return {
    store,
    contents,
    activities: catalogActivities(activities),
    runtime,
    report,
    signal,
    version: loaded,
    release: {
      title,
      semanticVersion,
      notes,
      dataset: `${dataset.team.slug}/${dataset.slug}`,
      terms: { licence, text: termsText },
      datasheet: answers,
      galleries: await contents.galleriesWithRecognisers(galleries.map(({ id }) => id)),
    },
  };
}
