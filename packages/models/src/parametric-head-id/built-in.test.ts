import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  foldedAccuracy,
  loadGenerator,
  loadRecogniser,
  openRuntime,
  type GeneratorModel,
  type RecogniserModel,
  type Runtime,
} from '@colloid/sampler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtInModels } from '../built-in.ts';
import { latentsForTraining } from '../parametric-head/populations.ts';
import { weightSpecifications } from './architecture.ts';
import { latentEmbedder, openEmbedder } from './embed.ts';
import { recogniserManifest } from './manifest.ts';
import { RECIPES } from './recipe.ts';
import { cachedRenders, openRenderer, type Renderer } from './renders.ts';
import type { TrainingReport } from './report.ts';
import { trainingNotes } from './training-notes.ts';

const MAX_NETWORK_BYTES = 4_000_000;
const IDENTITIES = 300;

const folderOf = (name: string): string => {
  const model = builtInModels.find((candidate) => candidate.name === name);
  if (model === undefined) throw new RangeError(`There is no built-in model '${name}'.`);
  return model.folder;
};

describe('the committed recogniser', () => {
  const folder = folderOf('parametric-head-id');
  let runtime: Runtime;
  let generator: GeneratorModel;
  let recogniser: RecogniserModel;
  let renderer: Renderer;
  let report: TrainingReport;

  beforeAll(async () => {
    runtime = await openRuntime({ provider: 'cpu' });
    generator = await loadGenerator(folderOf('parametric-head'));
    recogniser = await loadRecogniser(folder);
    renderer = await openRenderer([runtime], { generator, recogniser: recogniser.manifest }, 16);
    report = JSON.parse(
      await readFile(join(folder, 'training-report.json'), 'utf8'),
    ) as TrainingReport;
  });
  afterAll(() => runtime.close());

  it('is the network that the report describes, within its size limit', async () => {
    const bytes = await readFile(join(folder, 'network.onnx'));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(report.networkDigest);
    expect(bytes.length).toBe(report.networkBytes);
    expect(bytes.length).toBeLessThan(MAX_NETWORK_BYTES);
    expect(recogniser.manifest).toEqual(recogniserManifest(report.architecture));
    expect(report.recipe).toEqual(RECIPES['full']);
    expect(report.epochs).toHaveLength(report.recipe.epochs);
  });

  it('has notes that say what the report says', async () => {
    const notes = await readFile(join(folder, 'TRAINING.md'), 'utf8');
    expect(notes).toBe(trainingNotes(report, weightSpecifications(report.architecture)));
  });

  it('claims at least 98 % on identities it never saw, in both populations', () => {
    expect(report.evaluation.unseen.accuracy.mean).toBeGreaterThanOrEqual(0.98);
    expect(report.evaluation.benchmark.accuracy.mean).toBeGreaterThanOrEqual(0.98);
    expect(Math.abs(report.evaluation.spread.meanAngle - Math.PI / 2)).toBeLessThan(0.05);
  });

  it('keeps the claim on 300 identities drawn with a seed that neither training nor its report used', async () => {
    const latents = latentsForTraining({
      seed: 77_000_001,
      identities: IDENTITIES,
      variationsPerIdentity: 2,
    });
    const embedder = await openEmbedder(runtime, recogniser.network, report.architecture);
    const dimension = recogniser.embeddingDim;
    const embed = latentEmbedder(renderer, embedder, {
      dimension,
      renderBatchSize: 16,
      log: () => undefined,
    });
    const embeddings = await embed(latents);
    await embedder.close();
    const cosine = (first: number, second: number): number => {
      const other = embeddings.subarray(second * dimension, (second + 1) * dimension);
      return embeddings
        .subarray(first * dimension, (first + 1) * dimension)
        .reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
    };
    const genuine = Float64Array.from({ length: IDENTITIES }, (_, identity) =>
      cosine(2 * identity, 2 * identity + 1),
    );
    const impostor = Float64Array.from({ length: IDENTITIES }, (_, identity) =>
      cosine(2 * identity, (2 * (identity + 1) + 1) % (2 * IDENTITIES)),
    );
    expect(foldedAccuracy({ genuine, impostor }).mean).toBeGreaterThanOrEqual(0.98);
  }, 120_000);

  it('gives the same renders whether they were made at once or after an interruption', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'colloid-renders-'));
    const latents = latentsForTraining({ seed: 3, identities: 5, variationsPerIdentity: 8 });
    const progressed: number[] = [];
    const options = {
      path: join(cache, 'renders'),
      batchSize: 16,
      progress: (done: number) => progressed.push(done),
    };
    const whole = await cachedRenders(renderer, latents, options);
    await truncate(options.path, 20 * renderer.imageBytes + 5);
    const resumed = await cachedRenders(renderer, latents, options);
    await rm(cache, { recursive: true });
    expect(Buffer.compare(whole, resumed)).toBe(0);
    expect(progressed).toEqual([16, 32, 40, 32, 40]);
  });
});
