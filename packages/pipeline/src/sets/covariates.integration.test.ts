import { randomUUID } from 'node:crypto';

import type { CovariateSet } from '@colloid/catalog';
import { decodeImage, encodeNpy, encodeRgb } from '@colloid/formats';
import { makeZip } from '@colloid/formats/testing';
import { labelledRenders } from '@colloid/models';
import { decodeCovariateDirections } from '@colloid/sampler';
import { contentKey, getContent, putContent } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  covariateSource,
  fitCovariateSet,
  type SetEnding,
  ZStoredDirections,
  ZStoredProjection,
} from '../index.ts';
import { installTinyModels } from '../testing/index.ts';
import { openSetsWorld, type SetsWorld } from '../testing/sets-world.ts';
import { fitBuiltInCovariates } from './built-in-covariates.ts';

/** Numbers in a latent of the built-in generator. */
const D = 64;
/** SHA-256 of the directions that come with the built-in generator: what recipes with that set depend on. */
const BUILT_IN_DIGEST = '16780f1ac4030724db52cbae3ed1b4c34008418cf40a3d03d5bd476b182a9ed2';

let world: SetsWorld;
beforeAll(async () => {
  world = await openSetsWorld();
});
afterAll(() => world.close());

const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));

async function register(latents: Uint8Array, labels: Uint8Array): Promise<CovariateSet> {
  const { catalog, store, queue, actor, teamId, generatorVersionId } = world;
  const files = {
    'latents.npy': (await putContent(store, latents)).digest,
    'labels.csv': (await putContent(store, labels)).digest,
  };
  return catalog.covariateSets.registerCovariateSet(
    {
      actor,
      teamId,
      name: `c-${randomUUID()}`,
      version: '1',
      generatorVersionId,
      source: covariateSource(files),
    },
    (transaction, id) => queue.enqueueCovariates(transaction, id),
  );
}

const fit = (covariateSetId: string): Promise<SetEnding> =>
  fitCovariateSet({
    ...world,
    covariateSetId,
    signal: new AbortController().signal,
    clock: () => performance.now() / 1000,
    // Far too few to find a face, so that any will do.
    projection: { steps: 2, maxPixelResidual: 1, maxTheta: Math.PI },
  });

const reload = ({ id }: CovariateSet): Promise<CovariateSet> =>
  world.catalog.prisma.covariateSet.findUniqueOrThrow({ where: { id } });

describe('a covariate set of labelled latents', () => {
  test('is fitted by whoever takes its job, with a strip of faces for each direction', async () => {
    const { latents, labels } = labelledRenders({ seed: 5, identities: 12 });
    const row = await register(
      encodeNpy(latents, [labels.length, D]),
      text([
        'identity,covariate,class',
        ...labels.map((label) => [label.identity, label.covariate, label.class].join(',')),
      ]),
    );
    const { promise, resolve, reject } = Promise.withResolvers<SetEnding>();
    await world.queue.workCovariates(async ({ covariateSetId }) => {
      if (covariateSetId === row.id) await fit(covariateSetId).then(resolve, reject);
    });
    expect(await promise).toBe('READY');
    const ready = await reload(row);
    expect(ready).toMatchObject({ state: 'READY', progress: 1, refusal: null });
    const set = decodeCovariateDirections(await getContent(world.store, ready.digest ?? ''));
    expect(set).toMatchObject({ latentDim: D });
    const directions = ZStoredDirections.parse(ready.directions);
    expect(directions.map(({ covariate, positive }) => `${covariate} ${positive}`)).toEqual(
      set.directions.map(({ covariate, positive }) => `${covariate} ${positive}`),
    );
    for (const { strip, trainingAccuracy, negativeSide, positiveSide } of directions) {
      expect(trainingAccuracy).toBeGreaterThan(0.9);
      expect(strip.offsets[0]).toBe(negativeSide.mean);
      expect(strip.offsets.at(-1)).toBeCloseTo(positiveSide.mean, 10);
      const image = await decodeImage(await world.store.get(strip.objectKey));
      expect([image.width, image.height]).toEqual([strip.columns * 128, strip.rows * 128]);
    }
    expect(await fit(row.id)).toBe('NOTHING_TO_DO');
  });

  test.for([
    [
      'latents of another width',
      encodeNpy(new Float32Array(8), [2, 4]),
      ['identity,covariate,class', '1,pose,left', '1,pose,right'],
      'latents of parametric-head@1 are float32 [rows, 64]',
    ],
    [
      'labels that are too few',
      encodeNpy(new Float32Array(2 * D).fill(1), [2, D]),
      ['identity,covariate,class', '1,pose,left'],
      'There are 1 labels for 2 latents',
    ],
    [
      'a table without a column',
      encodeNpy(new Float32Array(D).fill(1), [1, D]),
      ['identity,class', '1,left'],
      "no column 'covariate'",
    ],
    [
      'one class only',
      encodeNpy(new Float32Array(D).fill(1), [1, D]),
      ['identity,covariate,class', '1,pose,left'],
      "'pose' has the classes left",
    ],
  ] as const)('is refused for %s', async ([, latents, labels, sentence]) => {
    const row = await register(latents, text(labels));
    expect(await fit(row.id)).toBe('REFUSED');
    const refused = await reload(row);
    expect(refused.refusal).toContain(sentence);
    expect(refused).toMatchObject({ state: 'REFUSED', digest: null });
  });
});

// By the tests’ pair: building the gradient of the built-in one takes most of a minute on a busy machine.
describe('a covariate set of labelled images', () => {
  let generatorVersionId: string;
  let recogniserVersionId: string;
  beforeAll(async () => {
    await installTinyModels(world);
    const { catalog, actor, teamId } = world;
    const models = await catalog.models.listModelVersions({ actor, teamId });
    const idOf = (wanted: string) => models.find(({ name }) => name === wanted)?.id ?? '';
    generatorVersionId = idOf('tiny-generator');
    recogniserVersionId = idOf('tiny-recogniser');
  });

  const face = (level: number, width = 128): Promise<Uint8Array> =>
    encodeRgb(
      {
        pixels: Uint8Array.from({ length: 3 * width * 128 }, (_, at) => (at * level) % 251),
        width,
        height: 128,
      },
      { format: 'png' },
    );

  async function registerImages(table: readonly string[]): Promise<CovariateSet> {
    const { catalog, store, queue, actor, teamId } = world;
    const archive = makeZip({
      'faces/a.png': await face(3),
      'faces/b.png': await face(7),
      'faces/wide.png': await face(5, 64),
    });
    const source = covariateSource({
      'faces.zip': (await putContent(store, archive)).digest,
      'labels.csv': (await putContent(store, text(table))).digest,
    });
    return catalog.covariateSets.registerCovariateSet(
      {
        actor,
        teamId,
        name: `i-${randomUUID()}`,
        version: '1',
        generatorVersionId,
        recogniserVersionId,
        source,
      },
      (transaction, id) => queue.enqueueCovariates(transaction, id),
    );
  }

  test('projects them, leaves out what it cannot use, and says so', async () => {
    const row = await registerImages([
      'file,identity,covariate,class',
      'a.png,1,pose,left',
      'b.png,2,pose,right',
      'wide.png,3,pose,right',
      'missing.png,3,pose,left',
    ]);
    expect(await fit(row.id)).toBe('READY');
    const { images } = ZStoredProjection.parse((await reload(row)).report);
    expect(images.map(({ file, failure }) => [file, failure === null])).toEqual([
      ['a.png', true],
      ['b.png', true],
      ['wide.png', false],
      ['missing.png', false],
    ]);
    expect(images[0]?.pixelResidual).toBeGreaterThan(0);
    expect(images[2]?.failure).toContain('64 × 128');
    expect(images[3]?.failure).toContain('no such file');
  });

  test('is refused where none can be used, with the report', async () => {
    const row = await registerImages(['file,identity,covariate,class', 'c.png,1,pose,left']);
    expect(await fit(row.id)).toBe('REFUSED');
    const refused = await reload(row);
    expect(refused.refusal).toContain('None of the images could be projected; c.png');
    expect(ZStoredProjection.parse(refused.report).images).toHaveLength(1);
  });
});

describe('the covariate set of the built-in generator', () => {
  test('comes READY with the models, with the bytes and strips of this installation', async () => {
    const { catalog, store, actor, teamId, generatorVersionId } = world;
    const set = await catalog.covariateSets.covariateSetByName({
      actor,
      teamId,
      name: 'parametric-head-covariates',
      version: '1',
    });
    expect(set).toMatchObject({
      state: 'READY',
      isBuiltIn: true,
      generatorVersionId,
      digest: BUILT_IN_DIGEST,
      objectKey: contentKey(BUILT_IN_DIGEST),
    });
    const directions = ZStoredDirections.parse(set?.directions);
    expect(directions).toHaveLength(7);
    for (const { strip } of directions) expect(await store.stat(strip.objectKey)).not.toBeNull();
  });

  test('is what the generator’s labelled factors give, whoever fits it', async () => {
    const kept = decodeCovariateDirections(await getContent(world.store, BUILT_IN_DIGEST));
    const anew = await fitBuiltInCovariates();
    expect(anew.directions).toHaveLength(kept.directions.length);
    anew.directions.forEach((direction, index) => {
      const other = kept.directions[index]?.normal ?? new Float32Array(D);
      const cosine = direction.normal.reduce((sum, x, d) => sum + x * (other[d] ?? 0), 0);
      expect(cosine).toBeGreaterThan(1 - 1e-6);
      expect(direction.heldOutAccuracy).toBeGreaterThan(0.99);
    });
  });
});
