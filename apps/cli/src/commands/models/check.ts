/** @file `./colloid models check DIR`: everything that registration would find out, and nothing registered. */

import { CHECK_TITLES, inspectGuarded, type ModelReport } from '@colloid/sampler';

import { readEnvironment } from '../../environment.ts';
import { formatSeconds, say, showProgress } from '../../terminal.ts';

/** Prints the report; the exit status is 1 when the model would be refused. */
export async function checkModel(
  folder: string,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const environment = readEnvironment();
  const { report } = await inspectGuarded(folder, {
    provider: environment.COLLOID_PROVIDER,
    threads: environment.COLLOID_THREADS,
    onCheck: (event) => {
      if (event.kind === 'begun') showProgress(CHECK_TITLES[event.id], 0, null);
    },
  });
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else printReport(report);
  if (report.verdict === 'REFUSED') process.exitCode = 1;
}

const SIGNS = { PASSED: '✓', WARNED: '!', FAILED: '✗', SKIPPED: '–' } as const;

/** The report as a person reads it, on standard output. */
export function printReport(report: ModelReport): void {
  say('');
  for (const { id, state, detail } of report.checks) {
    console.log(`${SIGNS[state]} ${CHECK_TITLES[id]}\n    ${detail}`);
  }
  for (const { batch, forwardPerSecond, gradientPerSecond } of report.speed) {
    const gradient =
      gradientPerSecond === null ? '' : `, ${gradientPerSecond.toFixed(1)} with the gradient`;
    console.log(
      `  batch ${batch}: ${forwardPerSecond.toFixed(1)} images a second forward${gradient}`,
    );
  }
  const where =
    report.provider === null ? '' : ` on ${report.provider}, ${report.threads ?? 1} threads`;
  console.log(`\n${report.verdict}${where}, checked in ${formatSeconds(report.seconds)}`);
}
