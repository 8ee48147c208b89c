/** @file The commands of `./colloid audit`. */

import type { Command } from 'commander';

import { withClients } from '../../build.ts';
import type { AuditExportOptions } from './export.ts';
import type { AuditVerifyOptions } from './verify.ts';

/** Adds them to the program. */
export function addAudit(program: Command): void {
  const audit = program.command('audit').description('look after the audit log');

  audit
    .command('verify')
    .description('check that no event of the audit log was altered, deleted or put in')
    .option('--file <export>', 'an exported file in place of the database; asks no server')
    .option('--head <digest>', 'with --file: a digest that was noted before, which has to be in it')
    .option('--json', 'as JSON')
    .action(async (options: AuditVerifyOptions) => {
      const { verifyAuditLog } = await withClients(() => import('./verify.ts'));
      await verifyAuditLog(options);
    });

  audit
    .command('export')
    .description('write the events of a team, one a line, with the chain of their digests')
    .option('--team <slug>', 'team; may be left out where there is only one')
    .option('--installation', 'what concerns no team, in place of a team')
    .option('--chain <id>', 'a chain by its id, such as that of a team that is gone')
    .option('--from <time>', 'only events from then on')
    .option('--to <time>', 'only events before then')
    .option('--format <name>', 'jsonl', 'jsonl')
    .option('--output <file>', 'a new file, and not standard output')
    .action(async (options: AuditExportOptions) => {
      const { exportAuditLog } = await withClients(() => import('./export.ts'));
      await exportAuditLog(options);
    });

  audit
    .command('head')
    .description('print the digest of the last event of every chain, to be noted elsewhere')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { showAuditHeads } = await withClients(() => import('./export.ts'));
      await showAuditHeads(options);
    });
}
