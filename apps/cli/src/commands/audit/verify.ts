/** @file `./colloid audit verify`: reads the whole audit log and tells whether it was tampered with. */

import type { ChainReport } from '@colloid/catalog';

import { readEnvironment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { openInstallation } from '../../installation.ts';

/** Prints one line per chain, or JSON. @throws {CliError} `AUDIT_BROKEN` naming the first broken event of each chain. */
export async function verifyAuditLog({ json = false }: { readonly json?: boolean }): Promise<void> {
  await using installation = await openInstallation(readEnvironment());
  const reports = await installation.catalog.audit.verify();
  if (json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  else for (const report of reports) console.log(lineOf(report));
  const broken = reports.filter((report) => report.broken !== null);
  if (broken.length === 0) return;
  throw new CliError(
    'AUDIT_BROKEN',
    `The audit log was tampered with: ${broken.map(faultOf).join('; ')}. Compare with a backup from before.`,
  );
}

function nameOf({ chain, team }: ChainReport): string {
  return team ?? (/^[0-]+$/.test(chain) ? 'installation' : chain);
}

function lineOf(report: ChainReport): string {
  const { events, head, broken } = report;
  const state = broken === null ? 'whole ' : 'BROKEN';
  return `${state}  ${nameOf(report)}: ${events} events, the last with digest ${head.slice(0, 16)}…`;
}

function faultOf(report: ChainReport): string {
  const { sequence, reason } = report.broken ?? { sequence: 0, reason: '' };
  return `event ${sequence} of ${nameOf(report)}: ${reason}`;
}
