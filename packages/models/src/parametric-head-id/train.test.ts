import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeModel } from '@colloid/onnx';
import { normal, openRuntime, uniform, type Runtime } from '@colloid/sampler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { initialWeights, type Architecture } from './architecture.ts';
import { featureStatistics, openEmbedder } from './embed.ts';
import { shippedNetwork, trainingForward } from './network.ts';
import { RECIPES, type TrainingRecipe } from './recipe.ts';
import { trainRecogniser, type TrainingInputs } from './train.ts';

const SMALL: Architecture = {
  inputSize: 16,
  stages: [
    { channels: 8, blocks: 1 },
    { channels: 8, blocks: 1 },
  ],
  embedding: 16,
};
const RECIPE: TrainingRecipe = {
  ...(RECIPES['quick'] as TrainingRecipe),
  identities: 4,
  variationsPerIdentity: 8,
  epochs: 6,
  batchSize: 16,
  learningRate: { peak: 5e-3, floor: 1e-4, warmUpSteps: 2 },
};
const IMAGE_BYTES = 3 * 16 * 16;

/** Each class a coarse pattern of its own under noise. */
const patterns = (): Uint8Array => {
  const coarse = new Float32Array(4 * 48);
  normal({ seed: 1, stream: 1900 }, coarse);
  const noise = new Float32Array(32 * IMAGE_BYTES);
  uniform({ seed: 1, stream: 1901 }, noise);
  return Uint8Array.from({ length: 32 * IMAGE_BYTES }, (_, flat) => {
    const image = Math.floor(flat / IMAGE_BYTES);
    const [channel, y, x] = [Math.floor(flat / 256) % 3, Math.floor(flat / 16) % 16, flat % 16];
    const cell = channel * 16 + Math.floor(y / 4) * 4 + Math.floor(x / 4);
    const value =
      128 + 40 * (coarse[Math.floor(image / 8) * 48 + cell] ?? 0) + 60 * (noise[flat] ?? 0);
    return Math.max(0, Math.min(255, value));
  });
};

describe('training the recogniser', () => {
  let runtime: Runtime;
  let folder: string;

  beforeAll(async () => {
    runtime = await openRuntime({ provider: 'cpu', threads: 1 });
    folder = await mkdtemp(join(tmpdir(), 'colloid-recogniser-'));
  });
  afterAll(async () => {
    await runtime.close();
    await rm(folder, { recursive: true });
  });

  const inputs = (name: string, more: Partial<TrainingInputs> = {}): TrainingInputs => ({
    runtime,
    architecture: SMALL,
    recipe: RECIPE,
    renders: patterns(),
    checkpointPath: join(folder, `${name}.bin`),
    runDigest: 'a run',
    log: () => undefined,
    checkpointEverySteps: 100,
    ...more,
  });

  it('ends with the same weights whether it was stopped in the middle or not, and learns', async () => {
    const whole = await trainRecogniser(inputs('whole'));
    const stop = new AbortController();
    const stopped = trainRecogniser(
      inputs('stopped', {
        signal: stop.signal,
        // The third epoch's end is logged before the fourth begins: the run stops within that one.
        log: (line) => {
          if (line.startsWith('epoch 3/')) setTimeout(() => stop.abort(new Error('stopped')), 1);
        },
      }),
    );
    await expect(stopped).rejects.toThrow('stopped');
    const resumed = await trainRecogniser(inputs('stopped'));
    for (const [name, values] of whole.weights) {
      expect([...(resumed.weights.get(name) ?? [])], name).toEqual([...values]);
    }
    expect(whole.epochs).toHaveLength(RECIPE.epochs);
    expect(whole.epochs.at(-1)?.loss).toBeLessThan((whole.epochs[0]?.loss ?? 0) / 2);
  });

  it('starts afresh when the checkpoint is of another run', async () => {
    const lines: string[] = [];
    await trainRecogniser(inputs('other', { recipe: { ...RECIPE, epochs: 2 } }));
    await trainRecogniser(
      inputs('other', {
        recipe: { ...RECIPE, epochs: 3 },
        runDigest: 'another',
        log: (line) => lines.push(line),
      }),
    );
    expect(lines.filter((line) => line.startsWith('continuing'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('epoch'))).toHaveLength(3);
  });

  it('ships a network that computes what the training graph computed', async () => {
    const weights = initialWeights(SMALL, 11);
    const classDirections = new Float32Array(16 * 4);
    normal({ seed: 2, stream: 1902 }, classDirections);
    const bytes = patterns();
    const options = {
      architecture: SMALL,
      weights,
      classDirections,
      classes: 4,
      batchSize: 32,
      scale: 8,
    };
    const labels = BigInt64Array.from({ length: 32 }, (_, row) => BigInt(Math.floor(row / 8)));
    const session = await runtime.session(encodeModel(trainingForward(options)));
    const outputs = await session.run({
      image: {
        dtype: 'float32',
        dims: [32, 3, 16, 16],
        data: Float32Array.from(bytes, (value) => (value * 2) / 255 - 1),
      },
      labels: { dtype: 'int64', dims: [32], data: labels },
      margin: { dtype: 'float32', dims: [], data: Float32Array.of(0.1) },
    });
    await session.dispose();

    const raw = await openEmbedder(runtime, shippedNetwork(SMALL, weights), SMALL);
    const statistics = featureStatistics(await raw.embed(bytes), 16);
    await raw.close();
    const shipped = await openEmbedder(runtime, shippedNetwork(SMALL, weights, statistics), SMALL);
    const embeddings = await shipped.embed(bytes);
    await shipped.close();

    const column = (label: number): number[] =>
      Array.from({ length: 16 }, (_, row) => classDirections[row * 4 + label] ?? 0);
    const losses = Array.from({ length: 32 }, (_, row) => {
      const own = Math.floor(row / 8);
      const logits = [0, 1, 2, 3].map(
        (label) =>
          8 *
          (cosine([...embeddings.subarray(row * 16, row * 16 + 16)], column(label)) -
            (label === own ? 0.1 : 0)),
      );
      return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (logits[own] ?? 0);
    });
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 32;
    expect(Math.abs(mean - Number(outputs['loss']?.data[0]))).toBeLessThan(1e-4);
  });
});

function cosine(left: readonly number[], right: readonly number[]): number {
  const dot = left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
  return dot / (Math.hypot(...left) * Math.hypot(...right));
}
