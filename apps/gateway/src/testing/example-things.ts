/** @file Things made for one attempt at a mutation, so that no attempt finds what another one changed. */
import { randomUUID } from 'node:crypto';

import { toGlobalId } from '../ids.ts';
import type { Example } from './example.ts';
import { join } from './permission-world.ts';
import type { PermissionWorld } from './permission-world.ts';
import { seedRun } from './seed-team.ts';

/** Of the recipes that are tried. */
export const EXAMPLE_SIZE = { identities: 2, variations: 1 };

type Asked = Parameters<Example['variables']>[0];

export async function memberOf(world: PermissionWorld, isFake: boolean): Promise<string> {
  if (isFake) return randomUUID();
  return (await join(world.services.catalog, world.lab, 'VIEWER')).userId;
}

/** A viewer of the lab whom nothing else is tried on. */
export const MEMBER: Example['variables'] = async ({ world, ids, isFake }) => ({
  teamId: ids.Team,
  userId: await memberOf(world, isFake),
});

/** Tickets for files that the person has uploaded; those of sets are not read before a worker does. */
export function ticketsFor(
  { world, ids, persona }: Asked,
  files: readonly (readonly [string, string])[],
): string[] {
  const { tickets, now } = world.services;
  const userId = persona.actor?.userId ?? '';
  return files.map(([name, digest]) =>
    tickets.issue({ name, digest, sizeBytes: 1, teamId: ids.teamId, userId }, now()),
  );
}

/** Of a file that nobody reads. */
export const ANY_DIGEST = 'e'.repeat(64);

/** A run that waits. */
export async function queuedRun({ world, ids, isFake }: Asked) {
  return isFake ? ids.Run : toGlobalId('Run', await seedRun(world.services.catalog, world.lab));
}

/** A model that nothing uses. */
export async function spareModel({ world, ids, isFake }: Asked) {
  if (isFake) return ids.ModelVersion;
  const { id } = await world.services.catalog.prisma.modelVersion.create({
    data: {
      teamId: world.lab.team.id,
      kind: 'RECOGNISER',
      name: randomUUID(),
      version: '1',
      digest: ANY_DIGEST,
      licence: 'MIT',
      manifest: {},
      files: {},
      state: 'READY',
    },
  });
  return toGlobalId('ModelVersion', { id });
}

/** Another version of the same dataset; one that does not exist beside one that does not. */
export async function otherVersion({ world, isFake }: Asked) {
  if (isFake) return toGlobalId('DatasetVersion', { id: randomUUID() });
  const { services, lab, version } = world;
  const from = { versionId: version.id, query: { limit: 1 } };
  const made = await services.catalog.subsets.materialiseSubset({ actor: lab.actor, from });
  return toGlobalId('DatasetVersion', made);
}

/** Another version, whose run has embeddings as far as its rows say. */
export async function measurableVersion(options: Asked) {
  const versionId = await otherVersion(options);
  if (options.isFake) return versionId;
  const { prisma } = options.world.services.catalog;
  await prisma.shard.createMany({
    data: [
      {
        runId: options.world.run.id,
        kind: 'EMBEDDINGS',
        ordinal: 0,
        digest: ANY_DIGEST,
        objectKey: 'embeddings',
        sizeBytes: 1n,
        count: 1,
      },
    ],
    skipDuplicates: true,
  });
  return versionId;
}

/** A new webhook of the team, made by its owner; older ones go, since a team may have twenty. */
export async function webhookOf({ world, isFake }: Asked) {
  if (isFake) return randomUUID();
  const { services, lab } = world;
  await services.catalog.prisma.webhook.deleteMany();
  const { webhook } = await services.catalog.webhooks.createWebhook({
    actor: lab.actor,
    teamId: lab.team.id,
    url: 'https://hooks.example.org/',
  });
  return webhook.id;
}

/** A team of the lab's owner, in which the one who tries has the role that they have in the lab. */
export async function freshTeam({ world, persona, isFake }: Asked) {
  const slug = randomUUID();
  if (isFake) return { teamId: toGlobalId('Team', { id: randomUUID() }), slug };
  const { teams } = world.services.catalog;
  const { actor } = world.lab;
  const { id: teamId } = await teams.createTeam({ actor, slug, name: 'Fresh' });
  const { role, actor: whoTries } = persona;
  if (role !== null && whoTries !== null) {
    await teams.addMember({ actor, teamId, userId: whoTries.userId, role });
  }
  return { teamId: toGlobalId('Team', { id: teamId }), slug };
}

/** A saved subset of the dataset that nothing else is tried on. */
export async function freshSubset({ world, ids, isFake }: Asked) {
  if (isFake) return ids.Subset;
  const { services, lab, version } = world;
  const saved = await services.catalog.subsets.saveSubset({
    actor: lab.actor,
    versionId: version.id,
    name: randomUUID(),
    query: {},
  });
  return toGlobalId('Subset', saved);
}
