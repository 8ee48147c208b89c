/** @file What commands say about a model version that they have checked. */

import type { ModelVersion } from '@colloid/catalog';
import { ZStoredModelReport } from '@colloid/pipeline';
import { CHECK_TITLES, type GuardOptions, type InspectionLimits } from '@colloid/sampler';

import type { CliEnvironment } from '../../environment.ts';
import { say, showProgress } from '../../terminal.ts';
import { printReport } from './check.ts';

/** What `--json` prints last. */
interface CheckedModel {
  readonly team: string;
  readonly kind: ModelVersion['kind'];
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly state: ModelVersion['state'];
  readonly refusal: string | null;
  readonly report: ModelVersion['report'];
}

/** The limits of a check that the environment sets. */
export function limitsOf(environment: CliEnvironment): InspectionLimits {
  const { COLLOID_MODEL_SECONDS: seconds, COLLOID_MODEL_MEMORY_MB: megabytes } = environment;
  return { seconds, ...(megabytes === undefined ? {} : { memoryBytes: megabytes * 1024 ** 2 }) };
}

/** Shows each check as it begins. */
export const showCheck: NonNullable<GuardOptions['onCheck']> = (event) => {
  if (event.kind === 'begun') showProgress(CHECK_TITLES[event.id], 0, null);
};

/** Prints the report and what became of the version; the exit status is 1 when it is not READY. */
export function reportCheck(
  team: string,
  version: ModelVersion,
  { json, ready }: { readonly json: boolean; readonly ready: string },
): void {
  if (json) process.stdout.write(`${JSON.stringify(checked(team, version))}\n`);
  else show(team, version, ready);
  if (version.state !== 'READY') process.exitCode = 1;
}

function checked(team: string, version: ModelVersion): CheckedModel {
  const { kind, name, digest, state, refusal, report } = version;
  return { team, kind, name, version: version.version, digest, state, refusal, report };
}

function show(team: string, version: ModelVersion, ready: string): void {
  const { name, state } = version;
  const report = ZStoredModelReport.safeParse(version.report);
  if (report.success) printReport(report.data);
  say(
    state === 'READY'
      ? ready
      : `${name}@${version.version} is ${state} in the team ${team}; correct it and add it again.`,
  );
}
