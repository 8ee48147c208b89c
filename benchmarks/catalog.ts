/**
 * @file Subset queries on a large catalog: pages, counts, facets and materialising, through GraphQL.
 *
 * node benchmarks/catalog.ts [--samples 2000000] [--per-identity 200] [--pages 100] [--json]
 * Fills a database of its own through COPY, starts a gateway on it, and removes both at the end.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '@colloid/catalog/embedded';
import { fillCatalog, SERVER_VARIABLE } from '@colloid/catalog/testing';

import { seedTeam } from '../apps/gateway/src/testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../apps/gateway/src/testing/start.ts';
import { measureCatalog } from './catalog/measure.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  samples: { type: 'string', default: '2000000' },
  'per-identity': { type: 'string', default: '200' },
  pages: { type: 'string', default: '100' },
  json: { type: 'boolean', default: false },
});
const samplesPerIdentity = Number(values['per-identity']);
const identities = Math.round(Number(values.samples) / samplesPerIdentity);

const dataDir = await mkdtemp(join(tmpdir(), 'colloid-bench-postgres-'));
// The embedded server with the settings that `./colloid up` gives it.
const server = await startEmbeddedPostgres({ dataDir });
process.env[SERVER_VARIABLE] = server.databaseUrl;
const gateway = await startTestGateway();
try {
  const { catalog, databaseUrl } = gateway;
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
  const start = performance.now();
  const { version } = await fillCatalog({
    catalog,
    databaseUrl,
    world: { ...seeded, owner: seeded.actor },
    identities,
    samplesPerIdentity,
    seed: 1,
  });
  const fillSeconds = (performance.now() - start) / 1000;
  const client = await signIn(gateway, seeded.email);
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
} finally {
  await gateway.stop();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
