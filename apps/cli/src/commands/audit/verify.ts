/** @file `./colloid audit verify`: reads the whole audit log and tells whether it was tampered with. */

import { open } from 'node:fs/promises';

import { type ChainReport, verifyExport } from '@colloid/catalog';

import { readEnvironment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { openInstallation } from '../../installation.ts';

export interface AuditVerifyOptions {
  readonly json?: boolean;
  /** A file that `audit export` wrote, in place of the database. */
  readonly file?: string;
  /** A digest that has to be in the file. */
  readonly head?: string;
}

/** Prints one line per chain, or JSON. @throws {CliError} `AUDIT_BROKEN` naming the first broken event of each chain, `INPUT_FILE`, `INVALID_OPTION` */
export async function verifyAuditLog(options: AuditVerifyOptions): Promise<void> {
  const { json = false, file, head } = options;
  if (file !== undefined) return verifyFile(file, { json, head });
  if (head !== undefined) {
    throw new CliError('INVALID_OPTION', '--head goes with --file: give the exported file too.');
  }
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

async function verifyFile(
  file: string,
  { json, head }: { readonly json: boolean; readonly head: string | undefined },
): Promise<void> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new CliError('INPUT_FILE', `The file ${file} cannot be read.`, { cause });
  });
  const report = await verifyExport(handle.readLines(), { head });
  if (typeof report === 'string') {
    throw new CliError('AUDIT_BROKEN', `The exported log ${file} is not whole: ${report}.`);
  }
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { events, first, last, hasHead } = report;
  console.log(
    `whole   events ${first} to ${last} (${events}), the last with digest ${report.head}`,
  );
  if (hasHead === true) console.log('whole   the noted digest is one of them');
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
