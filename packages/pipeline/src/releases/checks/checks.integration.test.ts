import { randomUUID } from 'node:crypto';

import type { DatasetVersion, Prisma } from '@colloid/catalog';
import { DATASHEET_QUESTIONS, decodeNpy, encodeNpy, writeShard } from '@colloid/formats';
import { getContent, putContent } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { catalogActivities } from '../../activities/catalog-activities.ts';
import { openReleaseWorld, type ReleaseWorld } from '../../testing/release-world.ts';
import { budgetAndIct } from './budget-and-ict.ts';
import type { Check, CheckContext, CheckedRelease, CheckOutcome } from './check.ts';
import { datasheet } from './datasheet.ts';
import { duplicates } from './duplicates.ts';
import { imagesOf } from './images.ts';
import { leakage } from './leakage.ts';
import { licences } from './licences.ts';
import { shardIntegrity } from './shard-integrity.ts';
import { syntheticMark } from './synthetic-mark.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let world: ReleaseWorld;
beforeAll(async () => {
  world = await openReleaseWorld();
});
afterAll(() => world.close());

/** One grey pixel, as any program writes it. */
const UNMARKED_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMoLy8HAALOAWYwWmKEAAAAAElFTkSuQmCC';

const RELEASE: CheckedRelease = {
  title: 'Faces',
  semanticVersion: '1.0.0',
  notes: '',
  dataset: 'lab/faces',
  terms: { licence: 'CC-BY-4.0', text: '' },
  datasheet: DATASHEET_QUESTIONS.map((question) => ({ question, answer: 'As the guide says.' })),
  galleries: [],
};

async function contextOf(
  version: DatasetVersion,
  release: Partial<CheckedRelease> = {},
): Promise<CheckContext> {
  const { store, runtime, catalog } = world;
  const { contents } = catalog;
  const loaded = await contents.loadContents(version.id);
  if (loaded === null) throw new Error('The version is gone.');
  const signal = new AbortController().signal;
  return {
    store,
    runtime,
    contents,
    activities: catalogActivities(catalog.activities),
    version: loaded,
    release: { ...RELEASE, ...release },
    report: () => undefined,
    signal,
  };
}

/** Checks the whole version while other images lie in its shard, as if a worker had written them. */
async function withImages(
  check: Check,
  alter: (images: Uint8Array[]) => void,
): Promise<CheckOutcome> {
  const { prisma } = world.catalog;
  const { runId } = world.seeded;
  const samples: { readonly identity: number; readonly sample: number }[] = [];
  const images: Uint8Array[] = [];
  for await (const { identity, sample, bytes } of imagesOf(
    await contextOf(world.whole),
    () => undefined,
  )) {
    samples.push({ identity, sample });
    images.push(Uint8Array.from(bytes));
  }
  alter(images);
  const { bytes, index } = await writeShard(
    samples.map(({ identity, sample }, row) => {
      const image = images[row] ?? new Uint8Array();
      return { identity, sample, extension: 'png', image };
    }),
  );
  const { key: objectKey, digest, sizeBytes } = await putContent(world.store, bytes);
  const places = JSON.stringify(
    samples.map(({ identity, sample }, row) => {
      const { offset = 0, length = 0 } = index.entries[row] ?? {};
      return { identity, sample, offset, length };
    }),
  );
  const where = { runId_kind_ordinal: { runId, kind: 'IMAGES' as const, ordinal: 0 } };
  const shard = await prisma.shard.findUniqueOrThrow({ where });
  const before = await prisma.sample.findMany({ where: { runId } });
  await prisma.shard.update({ where, data: { objectKey, digest, sizeBytes: BigInt(sizeBytes) } });
  await prisma.$executeRaw`
    UPDATE "sample" s SET "imageOffset" = p."offset", "imageLength" = p."length"
    FROM json_to_recordset(${places}::json) AS p("identity" int, "sample" int, "offset" int8, "length" int)
    WHERE s."runId" = ${runId}::uuid AND s."identityOrdinal" = p."identity" AND s."ordinal" = p."sample"`;
  try {
    return await check(await contextOf(world.whole));
  } finally {
    await prisma.shard.update({ where, data: shard });
    for (const { identityOrdinal, ordinal, imageOffset, imageLength } of before)
      await prisma.sample.update({
        where: { runId_identityOrdinal_ordinal: { runId, identityOrdinal, ordinal } },
        data: { imageOffset, imageLength },
      });
  }
}

test('what a run made passes the checks of its files, marks, terms and datasheet', async () => {
  const context = await contextOf(world.merged);
  for (const check of [shardIntegrity, syntheticMark, licences, datasheet]) {
    const outcome = await check(context);
    expect(outcome, outcome.sentence).toMatchObject({ isPassed: true });
    expect(JSON.parse(JSON.stringify(outcome.evidence))).toEqual(outcome.evidence);
  }
  const { evidence } = await shardIntegrity(context);
  expect(evidence).toMatchObject({ images: world.merged.sampleCount, problemCount: 0, tars: 2 });
});

test.each([
  ['duplicates', duplicates, 'distances between'],
  ['shards', shardIntegrity, 'shard 6 of 6'],
  ['the mark', syntheticMark, 'shard 2 of 2'],
  ['separation', budgetAndIct, 'distances between'],
] as const)('the check of %s tells how far it is, up to the whole', async (_name, check, last) => {
  const told: [number, string][] = [];
  const report = (share: number, step = ''): void => {
    told.push([share, step]);
  };
  await check({ ...(await contextOf(world.merged)), report });
  const shares = told.map(([share]) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeLessThan(0.5);
  expect(told.at(-1)).toEqual([1, expect.stringContaining(last) as string]);
});

describe('the synthetic mark', () => {
  test('is missed in one image of many, which the evidence names', async () => {
    const plain = Buffer.from(UNMARKED_PNG, 'base64');
    const outcome = await withImages(syntheticMark, (images) => {
      images[41] = plain;
      images[50] = Buffer.from('no image at all');
    });
    expect(outcome.isPassed).toBe(false);
    expect(outcome.sentence).toMatch(/^2 of 120 images lack/);
    expect(outcome.evidence['unmarked']).toEqual([
      'run 1, identity 10, sample 1',
      'run 1, identity 12, sample 2',
    ]);
  });
});

describe('duplicates', () => {
  test('are images with the same bytes, and references that are one face', async () => {
    const outcome = await withImages(duplicates, (images) => {
      images[9] = images[3] ?? new Uint8Array();
      images[77] = images[3] ?? new Uint8Array();
    });
    expect(outcome.isPassed).toBe(false);
    expect(outcome.sentence).toContain('2 images are the same, byte for byte');
    expect(outcome.evidence).toMatchObject({
      images: 120,
      sameBytes: {
        surplus: 2,
        groups: [
          [
            'run 1, identity 0, sample 3',
            'run 1, identity 2, sample 1',
            'run 1, identity 19, sample 1',
          ],
        ],
      },
    });
  });

  test('are not found in what was sampled apart', async () => {
    const outcome = await duplicates(await contextOf(world.subset));
    expect(outcome, outcome.sentence).toMatchObject({ isPassed: true });
  });
});

describe('budget and separation', () => {
  test('are kept while the budget says so, and the sentence has the numbers', async () => {
    const { catalog, seeded } = world;
    const { actor, datasetId } = seeded;
    const set = (minSeparation: number) =>
      catalog.budgets.setIdentityBudget({
        actor,
        scope: { datasetId },
        maxIdentities: 60,
        maxSamples: 240,
        minSeparation,
      });
    const kept = await budgetAndIct(await contextOf(world.whole));
    expect(kept, kept.sentence).toMatchObject({ isPassed: true });
    await set(3);
    const broken = await budgetAndIct(await contextOf(world.whole));
    expect(broken.isPassed).toBe(false);
    expect(broken.sentence).toMatch(/^30 identities are nearer than 3 rad to another/);
    await set(0.1);
    const context = await contextOf(world.whole);
    const small = context.version.budgets.map((budget) =>
      Object.assign({}, budget, { maxIdentities: 29 }),
    );
    const over = await budgetAndIct({
      ...context,
      version: { ...context.version, budgets: small },
    });
    expect(over.sentence).toContain("The dataset's budget is 29 identities; the version holds 30");
  });

  test('are kept by a version without those that the check would leave out', async () => {
    const { catalog, seeded, whole } = world;
    const { actor, datasetId } = seeded;
    const budget = { maxIdentities: 60, maxSamples: 240 };
    const scope = { datasetId };
    const { theta } = whole.metrics as { theta: { mean: number } };
    await catalog.budgets.setIdentityBudget({ actor, scope, ...budget, minSeparation: theta.mean });
    const { isPassed, evidence } = await budgetAndIct(await contextOf(whole));
    expect(isPassed).toBe(false);
    const [set] = evidence['recognisers'] as { leaveOut: { run: number; identity: number }[] }[];
    const ordinals = set?.leaveOut.map(({ identity }) => identity) ?? [];
    expect(ordinals.length).toBeGreaterThan(0);
    const rest = await catalog.subsets.materialiseSubset({
      actor,
      from: {
        versionId: whole.id,
        query: { where: { not: { identity: { runs: [1], ordinals } } } },
      },
    });
    const outcome = await budgetAndIct(await contextOf(rest));
    await catalog.budgets.setIdentityBudget({ actor, scope, ...budget, minSeparation: 0.1 });
    expect(rest.identityCount).toBe(whole.identityCount - ordinals.length);
    expect(outcome, outcome.sentence).toMatchObject({ isPassed: true });
  });

  test('are measured across the runs of a merge', async () => {
    const { evidence } = await budgetAndIct(await contextOf(world.merged));
    const [set] = evidence['recognisers'] as { identities: number; smallest: number }[];
    expect(set?.identities).toBe(world.merged.identityCount);
    const { metrics } = world.whole;
    const { theta } = metrics as { theta: { min: number } };
    const whole = await budgetAndIct(await contextOf(world.whole));
    const [own] = whole.evidence['recognisers'] as { smallest: number }[];
    expect(Math.abs((own?.smallest ?? 0) - theta.min)).toBeLessThan(1e-5);
  });
});

describe('leakage', () => {
  const galleryOf = async (rows: Float32Array, change: object = {}) => {
    const { catalog, store, seeded } = world;
    const models = await catalog.models.listModelVersions({
      actor: seeded.actor,
      teamId: seeded.teamId,
    });
    const recogniser = models.find(({ kind }) => kind === 'RECOGNISER');
    if (recogniser === undefined) throw new Error('There is no recogniser.');
    const { digest, key } = await putContent(store, encodeNpy(rows, [rows.length / 16, 16]));
    const row = await catalog.prisma.gallery.create({
      data: {
        teamId: seeded.teamId,
        name: 'people',
        version: randomUUID(),
        licence: 'CC-BY-4.0',
        recogniserVersionId: recogniser.id,
        state: 'READY',
        source: {},
        digest,
        objectKey: key,
        count: rows.length / 16,
      },
    });
    return { ...row, recogniserVersion: recogniser, ...change };
  };
  /** Unit rows that point away from each other: no two of them match. */
  const apart = (count: number): Float32Array => {
    const rows = new Float32Array(count * 16);
    for (let row = 0; row < count; row += 1) rows[row * 16 + (row % 16)] = row < 16 ? 1 : -1;
    return rows;
  };

  test('fails where nothing was chosen, since nothing was looked at', async () => {
    const outcome = await leakage(await contextOf(world.whole));
    expect(outcome.isPassed).toBe(false);
    expect(outcome.sentence).toContain('No gallery was chosen');
  });

  test('passes for a gallery of others and finds an image of somebody in it', async () => {
    const shards = await world.catalog.rows.shardsOfRun(world.seeded.runId);
    const digest = shards.find(({ kind }) => kind === 'EMBEDDINGS')?.digest ?? '';
    const { data } = decodeNpy(await getContent(world.store, digest));
    // Away from all that the tiny recogniser gives, which is a narrow cone.
    const away = Float32Array.from(data as Float32Array, (value) => -value).subarray(0, 16 * 5);
    const others = await leakage(
      await contextOf(world.whole, { galleries: [await galleryOf(away)] }),
    );
    expect(others, others.sentence).toMatchObject({ isPassed: true });
    const somebody = apart(20);
    // Row 45 of the run: identity 11, sample 1.
    somebody.set((data as Float32Array).subarray(45 * 16, 46 * 16), 4 * 16);
    const found = await leakage(
      await contextOf(world.whole, { galleries: [await galleryOf(somebody)] }),
    );
    expect(found.isPassed).toBe(false);
    const [gallery] = found.evidence['galleries'] as {
      found: { smallest: number; closest: { of: object; row: number }[] };
    }[];
    expect(gallery?.found.closest[0]).toMatchObject({
      of: { run: 1, identity: 11, sample: 1 },
      row: 4,
    });
    expect(gallery?.found.smallest).toBe(0);
  });

  test('refuses a gallery of another recogniser with a sentence', async () => {
    const gallery = await galleryOf(apart(20), {
      recogniserVersionId: '00000000-0000-0000-0000-000000000000',
    });
    const outcome = await leakage(await contextOf(world.whole, { galleries: [gallery] }));
    expect(outcome.sentence).toContain('cannot be compared; choose a gallery of tiny-recogniser@1');
  });
});

describe('licences and datasheet', () => {
  test('follow branches to where they come from, and selections to all of their parents', async () => {
    const { prisma, subsets } = world.catalog;
    const { actor, runId } = world.seeded;
    const { parts } = await contextOf(world.merged).then(({ version }) => version);
    const other = parts.find((part) => part.runId !== runId);
    const own = parts.find((part) => part.runId === runId);
    if (own === undefined || other === undefined) throw new Error('The merge lacks a run.');
    const { id: recipeId, generatorVersionId } = await prisma.recipe.findFirstOrThrow({
      where: { runs: { some: { id: other.runId } } },
    });
    const { id: _, ...generator } = await prisma.modelVersion.findUniqueOrThrow({
      where: { id: generatorVersionId },
    });
    const strict = await prisma.modelVersion.create({
      data: {
        ...(generator as unknown as Prisma.ModelVersionUncheckedCreateInput),
        name: 'strict',
        licence: 'CC-BY-NC-4.0',
      },
    });
    const recipe = { where: { id: recipeId } };
    await prisma.recipe.update({ ...recipe, data: { generatorVersionId: strict.id } });
    const branch = { where: { id: runId } };
    try {
      const query = { where: { identity: { runs: [own.number] } } };
      const left = await subsets.materialiseSubset({
        actor,
        from: { versionId: world.merged.id, query },
      });
      const selected = await contextOf(left);
      expect(selected.version.sampleCount).toBeGreaterThan(0);
      expect((await licences(await contextOf(world.whole))).isPassed).toBe(true);
      expect((await licences(selected)).sentence).toContain(
        "the generator 'strict@1' is under CC-BY-NC-4.0",
      );
      await prisma.run.update({ ...branch, data: { branchedFromId: other.runId } });
      expect((await licences(await contextOf(world.whole))).sentence).toContain(
        "the generator 'strict@1' is under CC-BY-NC-4.0",
      );
    } finally {
      await prisma.run.update({ ...branch, data: { branchedFromId: null } });
      await prisma.recipe.update({ ...recipe, data: { generatorVersionId } });
    }
  });

  test('say what is wrong and what would do', async () => {
    const terms = { licence: 'my own', text: '' };
    const unknown = await licences(await contextOf(world.whole, { terms }));
    expect(unknown.sentence).toContain("'my own', the terms of the release, are not known here");
    const context = await contextOf(world.whole);
    const [part] = context.version.parts;
    if (part?.recipe == null) throw new Error('There is no part.');
    const generator = { ...part.recipe.generator, licence: 'CC-BY-NC-4.0' };
    const recipe = { ...part.recipe, generator };
    const version = { ...context.version, parts: [{ ...part, recipe }] };
    const refused = await licences({ ...context, version });
    expect(refused.sentence).toContain("the generator 'tiny-generator@1' is under CC-BY-NC-4.0");
    const half = RELEASE.datasheet.slice(1);
    const open = await datasheet(await contextOf(world.whole, { datasheet: half }));
    expect(open.sentence).toBe(
      `1 question of the datasheet has no answer, such as "${DATASHEET_QUESTIONS[0]}"; answer what is open.`,
    );
  });
});
