/** @file `./colloid lineage export`: the lineage of a team, or of one dataset, as events of OpenLineage. */

import { writeFile } from 'node:fs/promises';

import type { OpenLineageEvent } from '@colloid/catalog';

import { readEnvironment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { openInstallation } from '../../installation.ts';
import { say } from '../../terminal.ts';
import { findDataset } from '../find-dataset.ts';
import { findTeam } from '../models/find-team.ts';

/** What to export, and where to. */
export interface LineageExportOptions {
  /** Slug; may be left out where there is only one team. */
  readonly team?: string;
  /** Slug of one dataset: what it was made from, and nothing else. */
  readonly dataset?: string;
  /** File of one event a line. @default standard output */
  readonly output?: string;
  /** Address of a server that takes OpenLineage's events, each sent to it by POST. */
  readonly url?: string;
}

/** Writes or sends every event, oldest first. @throws {CliError} `TEAM_UNCLEAR`, `DATASET_UNKNOWN`, `LINEAGE_REFUSED` */
export async function exportLineage(options: LineageExportOptions): Promise<void> {
  await using installation = await openInstallation(readEnvironment());
  const { catalog } = installation;
  const { team } = await findTeam(catalog, options.team);
  const datasetId =
    options.dataset === undefined
      ? undefined
      : await findDataset(catalog, { id: team.id, slug: team.slug }, options.dataset);
  const events = await catalog.lineage.openLineageOfTeam({ teamId: team.id, datasetId });
  if (options.url !== undefined) {
    await send(events, options.url);
    say(`${events.length} events were taken by ${options.url}.`);
  }
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  if (options.output !== undefined) {
    await writeFile(options.output, lines);
    say(`${events.length} events are in ${options.output}.`);
  } else if (options.url === undefined) {
    process.stdout.write(lines);
  }
}

/** Sends the events one after the other, as the specification's HTTP transport does. */
async function send(events: readonly OpenLineageEvent[], url: string): Promise<void> {
  for (const [index, event] of events.entries()) {
    const answer = await post(url, event).catch((cause: unknown) => {
      throw refused(url, index, String((cause as { readonly cause?: unknown }).cause ?? cause));
    });
    if (!answer.ok) throw refused(url, index, `${answer.status} ${await answer.text()}`);
  }
}

function post(url: string, event: OpenLineageEvent): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(event) });
}

function refused(url: string, sent: number, reason: string): CliError {
  return new CliError(
    'LINEAGE_REFUSED',
    `${url} took ${sent} events and refused the next one (${reason.slice(0, 300)}); events may be sent again, so start over once that is put right.`,
  );
}
