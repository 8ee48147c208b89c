import { setTimeout as delay } from 'node:timers/promises';

import type { CheckName, CheckProgress, Release, ReleaseCheckKind } from '@colloid/catalog';
import { DATASHEET_QUESTIONS } from '@colloid/formats';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { openQueue, type Queue } from '../queue/queue.ts';
import { openReleaseWorld, type ReleaseWorld } from '../testing/release-world.ts';
import { checkRelease, type CheckReleaseEnding } from './check-release.ts';
import { PackingReader } from './packing.ts';
import { sealer } from './seal.ts';
import { signingKeyOf } from './signing.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let world: ReleaseWorld;
let queue: Queue;
const endings: CheckReleaseEnding[] = [];
const faults: unknown[] = [];
const told: (CheckName & CheckProgress)[] = [];
beforeAll(async () => {
  world = await openReleaseWorld();
  queue = await openQueue({
    databaseUrl: world.databaseUrl,
    onError: (error) => {
      throw error;
    },
  });
  await queue.workReleaseChecks(async (check, job) => {
    endings.push(await make(check, job.signal));
  });
});
afterAll(async () => {
  await queue.stop({ graceMs: 1000 });
  await world.close();
});

function make(
  check: CheckName,
  signal = new AbortController().signal,
): Promise<CheckReleaseEnding> {
  const { catalog, store, runtime } = world;
  const onFault = (error: unknown): void => {
    faults.push(error);
  };
  const { contents, activities, releaseChecks } = catalog;
  const recordProgress = (name: CheckName, progress: CheckProgress): Promise<boolean> => {
    told.push({ ...name, ...progress });
    return releaseChecks.recordProgress(name, progress);
  };
  const watched = { contents, activities, releaseChecks: { ...releaseChecks, recordProgress } };
  return checkRelease({ catalog: watched, store, runtime, check, signal, onFault });
}

async function draft(semanticVersion: string): Promise<Release> {
  const { catalog, seeded, whole } = world;
  return catalog.releases.createRelease({
    actor: seeded.actor,
    versionId: whole.id,
    semanticVersion,
    title: 'Faces',
    terms: { licence: 'CC-BY-4.0' },
    datasheet: DATASHEET_QUESTIONS.map((question) => ({ question, answer: 'For tests.' })),
  });
}

/** Begins all checks of a release by the queue, and gives what they came to when none waits any more. */
async function checked({ id: releaseId }: Release): Promise<Map<ReleaseCheckKind, string>> {
  const { catalog, seeded } = world;
  await catalog.releases.runReleaseChecks(
    { actor: seeded.actor, releaseId },
    async (transaction, checks) => {
      for (const check of checks) await queue.enqueueReleaseCheck(transaction, check);
    },
  );
  for (;;) {
    const rows = await catalog.prisma.releaseCheck.findMany({ where: { releaseId } });
    if (rows.every(({ state }) => !['PENDING', 'RUNNING'].includes(state)))
      return new Map(rows.map(({ kind, state }) => [kind, state]));
    await delay(100);
  }
}

test('jobs make every check and leave sentence and evidence; made again they find nothing to do', async () => {
  const release = await draft('1.0.0');
  expect(Object.fromEntries(await checked(release))).toEqual({
    BUDGET_AND_ICT: 'PASSED',
    DUPLICATES: 'PASSED',
    LEAKAGE: 'FAILED',
    SHARD_INTEGRITY: 'PASSED',
    SYNTHETIC_MARK: 'PASSED',
    LICENCES: 'PASSED',
    DATASHEET: 'PASSED',
  });
  expect(endings).toHaveLength(7);
  const { id: releaseId } = release;
  const rows = await world.catalog.prisma.releaseCheck.findMany({ where: { releaseId } });
  for (const row of rows) {
    expect(row.sentence).toMatch(/^\S.*\.$/);
    expect(row.evidence).not.toBeNull();
    expect(row.startedAt?.getTime() ?? Infinity).toBeLessThanOrEqual(
      row.finishedAt?.getTime() ?? 0,
    );
    expect(row).toMatchObject({ progress: 1, step: '' });
    expect(await make({ releaseId, kind: row.kind, attempt: row.attempt })).toBe('NOTHING_TO_DO');
  }
  // Those that read the images or the embeddings say how far they are; the others are over at once.
  expect([...new Set(told.map(({ kind }) => kind))].toSorted()).toEqual([
    'BUDGET_AND_ICT',
    'DUPLICATES',
    'SHARD_INTEGRITY',
    'SYNTHETIC_MARK',
  ]);
  expect(told.find(({ kind }) => kind === 'SHARD_INTEGRITY')?.step).toMatch(/^shard \d+ of \d+$/);
  expect(await make({ releaseId, kind: 'DATASHEET', attempt: 0 })).toBe('NOTHING_TO_DO');
  const gone = '00000000-0000-7000-8000-000000000000';
  expect(await make({ releaseId: gone, kind: 'DATASHEET', attempt: 1 })).toBe('NOTHING_TO_DO');
});

test('a check that cannot be done says so and is no verdict; one byte that is not right is one', async () => {
  const { store, catalog, seeded } = world;
  const shards = await catalog.rows.shardsOfRun(seeded.runId);
  const keyOf = (kind: string): string =>
    shards.find((shard) => shard.kind === kind)?.objectKey ?? '';
  const embeddings = await store.get(keyOf('EMBEDDINGS'));
  const images = await store.get(keyOf('IMAGES'));
  await store.delete(keyOf('EMBEDDINGS'));
  const altered = Uint8Array.from(images);
  altered[700] = (altered[700] ?? 0) ^ 4;
  await store.put(keyOf('IMAGES'), altered);
  const release = await draft('1.1.0');
  const states = await checked(release);
  await store.put(keyOf('EMBEDDINGS'), embeddings);
  await store.put(keyOf('IMAGES'), images);
  expect(states.get('BUDGET_AND_ICT')).toBe('ERRORED');
  expect(states.get('SHARD_INTEGRITY')).toBe('FAILED');
  expect(faults).not.toHaveLength(0);
  const rows = await catalog.prisma.releaseCheck.findMany({ where: { releaseId: release.id } });
  const sentences = new Map(rows.map(({ kind, sentence }) => [kind, sentence]));
  expect(sentences.get('BUDGET_AND_ICT')).toContain('There is no object at');
  expect(sentences.get('SHARD_INTEGRITY')).toMatch(
    /^Shard 0 of embeddings of run 1 is not in the object store\. 1 problem more\./,
  );
});

test('nothing is sealed without the files having been read and packed', async () => {
  const reader = new PackingReader(world.store);
  const seal = sealer({ reader, key: signingKeyOf('a secret for this test, and no other one') });
  const { whole, seeded, catalog } = world;
  const release = await draft('1.2.0');
  const facts = {
    releaseId: release.id,
    versionId: whole.id,
    dataset: { team: 'lab', slug: 'faces', title: 'Faces' },
    release: { number: 1, semanticVersion: '1.2.0', title: 'Faces', notes: '' },
    versionNumber: whole.number,
    versionDigest: whole.digest,
    candidateDigest: release.candidateDigest,
    counts: { identities: whole.identityCount, images: whole.sampleCount },
    terms: { licence: 'CC-BY-4.0', text: '', isGated: false, reach: 'TEAM' as const },
    checks: [],
    approvals: [],
    publishedAt: new Date(),
    publishedBy: { id: seeded.actor.userId, name: 'Test' },
  };
  await expect(seal(facts)).rejects.toMatchObject({ name: 'CatalogError', code: 'CONFLICT' });
  await checked(release);
  const [check] = await catalog.prisma.releaseCheck.findMany({
    where: { releaseId: release.id, kind: 'SHARD_INTEGRITY' },
  });
  if (check === undefined) throw new Error('There is no check.');
  const { kind, state, sentence, evidence, finishedAt } = check;
  const checks = [{ kind, state, sentence, evidence, evidenceDigest: null, finishedAt }];
  const { text } = await seal({ ...facts, checks });
  expect(JSON.parse(text)).toMatchObject({ files: [{ name: 'dataset.zip' }, {}, {}] });
  // What was packed is another version's, whatever the check says.
  const other = { ...facts, checks, versionDigest: 'f'.repeat(64) };
  await expect(seal(other)).rejects.toMatchObject({ code: 'CONFLICT' });
});
