/** @file `./colloid audit export`, `audit head`: the audit log as a file, and the digests by which it can be told later that it is whole. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';

import type { Catalog } from '@colloid/catalog';

import { readEnvironment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { openInstallation } from '../../installation.ts';
import { say } from '../../terminal.ts';
import { findTeam } from '../models/find-team.ts';

export interface AuditExportOptions {
  /** Slug; may be left out where there is only one team. */
  readonly team?: string;
  /** The chain of what concerns no team. */
  readonly installation?: boolean;
  /** Id of a chain, for a team that is gone. */
  readonly chain?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format: string;
  readonly output?: string;
}

/** Writes one event a line, oldest first. @throws {CliError} `TEAM_UNCLEAR`, `INVALID_OPTION` */
export async function exportAuditLog(options: AuditExportOptions): Promise<void> {
  if (options.format !== 'jsonl') {
    throw new CliError('INVALID_OPTION', `--format is '${options.format}'; there is only jsonl.`);
  }
  const [from, to] = [timeOf('--from', options.from), timeOf('--to', options.to)];
  await using installation = await openInstallation(readEnvironment());
  const { catalog } = installation;
  const teamId = await chainOf(catalog, options);
  const target =
    options.output === undefined
      ? process.stdout
      : createWriteStream(options.output, { flags: 'wx' });
  let count = 0;
  for await (const event of catalog.audit.exportEvents({ teamId, from, to })) {
    if (!target.write(`${JSON.stringify(event)}\n`)) await once(target, 'drain');
    count += 1;
  }
  await end(target);
  say(
    `${count} events were written${options.output === undefined ? '' : ` to ${options.output}`}.`,
  );
}

/** Prints the last event of every chain. */
export async function showAuditHeads({ json = false }: { readonly json?: boolean }): Promise<void> {
  await using installation = await openInstallation(readEnvironment());
  const heads = await installation.catalog.audit.heads();
  if (json) {
    process.stdout.write(`${JSON.stringify(heads, null, 2)}\n`);
    return;
  }
  for (const { chain, team, sequence, hash } of heads) {
    const name = team ?? (/^[0-]+$/.test(chain) ? 'installation' : chain);
    console.log(`${hash}  ${name}: event ${sequence}`);
  }
}

async function chainOf(catalog: Catalog, options: AuditExportOptions): Promise<string | null> {
  if (options.installation === true) return null;
  if (options.chain === undefined) return (await findTeam(catalog, options.team)).team.id;
  const heads = await catalog.audit.heads();
  if (heads.some(({ chain }) => chain === options.chain)) return options.chain;
  throw new CliError(
    'INVALID_OPTION',
    `There is no chain '${options.chain}'; './colloid audit head --json' lists them.`,
  );
}

function timeOf(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new CliError(
    'INVALID_OPTION',
    `${option} is '${text}'; give a day or a time such as 2026-11-28 or 2026-11-28T15:00:00Z.`,
  );
}

async function end(target: Writable): Promise<void> {
  if (target === process.stdout) return;
  target.end();
  await finished(target);
}
