/** @file `./colloid storage clean`: removes objects that nothing refers to any more. */

import { cleanStorage, FEWEST_GRACE_DAYS } from '@colloid/pipeline';

import { readEnvironment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { openInstallation } from '../../installation.ts';
import { say } from '../../terminal.ts';

export interface CleanOptions {
  readonly dryRun?: boolean;
  readonly graceDays: string;
  readonly json?: boolean;
}

/** Prints what went, or would go. @throws {CliError} `INVALID_OPTION` for days that are none */
export async function cleanObjects({
  dryRun = false,
  graceDays,
  json = false,
}: CleanOptions): Promise<void> {
  const days = Number(graceDays);
  if (!(days >= FEWEST_GRACE_DAYS)) {
    throw new CliError(
      'INVALID_OPTION',
      `--grace-days is '${graceDays}'; give a number of days from ${FEWEST_GRACE_DAYS} on.`,
    );
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('Stopped; what was removed so far is gone.')));
  await using installation = await openInstallation(readEnvironment());
  const { catalog, store } = installation;
  const cleaned = await cleanStorage({
    catalog,
    store,
    graceDays: days,
    isDryRun: dryRun,
    now: Date.now,
    signal: stop.signal,
  });
  if (json) {
    process.stdout.write(`${JSON.stringify(cleaned, null, 2)}\n`);
    return;
  }
  const { cutoff, objects, removed, removedBytes, activities } = cleaned;
  say(`Looked at ${objects} objects; those written since ${cutoff.toISOString()} stay.`);
  const size = `${(removedBytes / 1024 ** 2).toFixed(1)} MiB`;
  console.log(
    dryRun
      ? `Would remove ${removed} objects of ${size}, and forget ${activities} outputs.`
      : `Removed ${removed} objects of ${size}, and forgot ${activities} outputs.`,
  );
}
