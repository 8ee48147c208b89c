/**
 * @file Subset queries on a large catalog: pages, counts, facets and materialising, through GraphQL.
 *
 * node benchmarks/catalog.ts [--samples 2000000] [--per-identity 200] [--pages 100] [--data FOLDER] [--json]
 * Fills a database of its own through COPY, starts a gateway on it, and removes both at the end. With --data the database stays
 * in that folder, and a later call measures it again without filling it.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { migrate } from '@colloid/catalog';
import { startEmbeddedPostgres } from '@colloid/catalog/embedded';
import { fillCatalog } from '@colloid/catalog/testing';

import { seedTeam } from '../apps/gateway/src/testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../apps/gateway/src/testing/start.ts';
import type { TestGateway } from '../apps/gateway/src/testing/start.ts';
import { measureCatalog } from './catalog/measure.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  samples: { type: 'string', default: '2000000' },
  'per-identity': { type: 'string', default: '200' },
  pages: { type: 'string', default: '100' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
});
const samplesPerIdentity = Number(values['per-identity']);
const identities = Math.round(Number(values.samples) / samplesPerIdentity);

const dataDir = values.data ?? (await mkdtemp(join(tmpdir(), 'colloid-bench-postgres-')));
// The embedded server with the settings that `./colloid up` gives it.
const server = await startEmbeddedPostgres({ dataDir });
try {
  const { databaseUrl } = server;
  await migrate({ databaseUrl });
  const gateway = await startTestGateway({ databaseUrl });
  try {
    await measure(gateway);
  } finally {
    await gateway.stop();
  }
} finally {
  await server.stop();
  if (values.data === undefined) await rm(dataDir, { recursive: true, force: true });
}

async function measure(gateway: TestGateway): Promise<void> {
  const start = performance.now();
  const fresh = await fillOnce(gateway);
  const fillSeconds = fresh ? (performance.now() - start) / 1000 : null;
  const { prisma } = gateway.catalog;
  const version = await prisma.datasetVersion.findFirstOrThrow({
    where: { origin: 'RUN' },
    orderBy: { number: 'asc' },
  });
  const { email } = await prisma.user.findFirstOrThrow();
  const client = await signIn(gateway, email);
  const result = await measureCatalog({
    client,
    pages: Number(values.pages),
    sampleCount: version.sampleCount,
  });
  const report = {
    samples: version.sampleCount,
    identities: version.identityCount,
    fillSeconds,
    ...result,
  };
  console.log(values.json ? JSON.stringify(report) : JSON.stringify(report, null, 2));
}

/** Whether there was something to fill. */
async function fillOnce({ catalog, databaseUrl }: TestGateway): Promise<boolean> {
  if ((await catalog.prisma.datasetVersion.count()) > 0) return false;
  const seeded = await seedTeam({
    catalog,
    secret: TEST_SECRET,
    name: 'bench',
    identities: 1,
    variations: 1,
  });
  for (const scope of [{ teamId: seeded.team.id }, { datasetId: seeded.dataset.id }]) {
    await catalog.budgets.setIdentityBudget({
      actor: seeded.actor,
      scope,
      maxIdentities: identities,
      maxSamples: identities * samplesPerIdentity,
      minSeparation: 0.5,
    });
  }
  await fillCatalog({
    catalog,
    databaseUrl,
    world: { ...seeded, owner: seeded.actor },
    identities,
    samplesPerIdentity,
    seed: 1,
  });
  return true;
}
