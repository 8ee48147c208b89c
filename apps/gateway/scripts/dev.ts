/** @file A gateway on a throw-away database with something in it, for whoever works on the pages: `npm run dev -w @colloid/gateway`. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openCatalog } from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openObjectStore } from '@colloid/storage';

import { createOneTimeSignIn, startGateway } from '../src/index.ts';
import { beginRun, completeRun, recordIteration } from '../src/testing/seed-run.ts';
import { SEED_PASSWORD, seedRun, seedTeam } from '../src/testing/seed-team.ts';

const IDENTITIES = 60;
const VARIATIONS = 8;
const ITERATIONS = 30;

const secret = 'only for development: 0123456789abcdef';
const database = await startTestDatabase();
const root = await mkdtemp(join(tmpdir(), 'colloid-dev-'));
const store = { kind: 'filesystem', root } as const;
const port = Number(process.env['COLLOID_PORT'] ?? 4080);
const webUrl = process.env['WEB_URL'] ?? 'http://127.0.0.1:4081';
const { databaseUrl } = database;
const gateway = await startGateway({ port, databaseUrl, store, secret, webUrl, logLevel: 'warn' });
const target = { catalog: await openCatalog({ databaseUrl }), store: await openObjectStore(store) };

const size = { identities: IDENTITIES, variations: VARIATIONS };
const seeded = await seedTeam({ catalog: target.catalog, secret, name: 'ada', ...size });
const done = await seedRun(target.catalog, seeded);
await beginRun(target, done.id);
for (let iteration = 0; iteration <= ITERATIONS; iteration += 5) {
  await recordIteration(target, done.id, iteration);
}
await completeRun(target, { runId: done.id, identities: IDENTITIES, samples: VARIATIONS + 1 });
const failed = await seedRun(target.catalog, seeded, 'This one fails.');
await beginRun(target, failed.id);
const failure = 'The disk is full; free some space and start the run again.';
await target.catalog.execution.finishRun({ runId: failed.id, state: 'FAILED', failure });

const signIn = () => createOneTimeSignIn({ catalog: target.catalog, secret, email: seeded.email });
console.log(
  `Team /t/${seeded.team.slug}, dataset 'faces'. Sign in as ${seeded.email} with '${SEED_PASSWORD}', or once at`,
);
console.log(`${gateway.publicUrl}${(await signIn()).path}`);
console.log('Runs that are started move by themselves. End with Ctrl-C.');

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());
while (!stop.signal.aborted) {
  const waiting = await target.catalog.prisma.run.findFirst({ where: { state: 'QUEUED' } });
  if (waiting === null) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    continue;
  }
  await simulate(waiting.id);
}
await gateway.close();
await target.catalog.close();
await database.stop();

async function simulate(runId: string): Promise<void> {
  const { execution } = target.catalog;
  await beginRun(target, runId);
  for (let iteration = 0; iteration <= ITERATIONS && !stop.signal.aborted; iteration += 1) {
    const wishes = await execution.readWishes({ runId });
    if (wishes.cancel) await execution.finishRun({ runId, state: 'CANCELLED' });
    if (wishes.cancel || (wishes.pause && (await execution.pauseRun(runId)))) return;
    await recordIteration(target, runId, iteration);
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  const run = await execution.loadRun(runId);
  if (run === null) return;
  const { identityCount: identities, samplesPerIdentity: samples } = run;
  await completeRun(target, { runId, identities: Math.min(identities, 200), samples });
}
