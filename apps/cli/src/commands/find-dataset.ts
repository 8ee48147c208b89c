/** @file Which dataset a command is about. */

import type { Catalog } from '@colloid/catalog';

import { CliError } from '../errors.ts';

/** The id of the team's dataset with that slug. @throws {CliError} `DATASET_UNKNOWN` listing those that there are. */
export async function findDataset(
  { prisma }: Catalog,
  team: { readonly id: string; readonly slug: string },
  slug: string,
): Promise<string> {
  const datasets = await prisma.dataset.findMany({ where: { teamId: team.id } });
  const found = datasets.find((dataset) => dataset.slug === slug);
  if (found !== undefined) return found.id;
  const known = datasets.map((dataset) => dataset.slug).join(', ');
  throw new CliError(
    'DATASET_UNKNOWN',
    known === ''
      ? `The team '${team.slug}' has no datasets yet.`
      : `There is no dataset '${slug}' in the team '${team.slug}'; there are: ${known}.`,
  );
}
