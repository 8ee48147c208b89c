import { encodeModel, GraphBuilder, tensor, type Graph } from '@colloid/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { normal } from '../random/random.ts';
import { openRuntime, type HostTensor, type Runtime } from '../runtime/index.ts';
import { TrainingError } from './errors.ts';
import { marginSoftmax, standardiseOverBatch } from './margin-softmax.ts';
import { createTrainer, trainingGraph, type Trainer } from './trainer.ts';

const BATCH = 6;
const CLASSES = 3;
const WEIGHTS = ['kernel', 'bias', 'projection', 'classes'] as const;

const draws = (seed: number, length: number, scale = 1): Float32Array => {
  const values = new Float32Array(length);
  normal({ seed, stream: 998 }, values);
  return values.map((value) => value * scale);
};

/** A strided convolution, SiLU, a linear map, batch standardisation and the margin loss: every part of a recogniser once. */
const toyNetwork = (): Graph => {
  const b = new GraphBuilder({ name: 'toy' });
  const image = b.input('image', 'float32', [BATCH, 2, 6, 6]);
  const labels = b.input('labels', 'int64', [BATCH]);
  const margin = b.input('margin', 'float32', []);
  const weight = (name: string, dims: readonly number[], seed: number) =>
    b.initialiser(
      name,
      tensor(
        'float32',
        dims,
        draws(
          seed,
          dims.reduce((a, c) => a * c, 1),
          0.4,
        ),
      ),
    );
  const convolved = b.conv(image, weight('kernel', [4, 2, 3, 3], 1), weight('bias', [4], 2), {
    pads: [1, 1, 1, 1],
    strides: [2, 2],
  });
  const active = b.mul(convolved, b.sigmoid(convolved));
  const features = b.matMul(b.flatten(active), weight('projection', [36, 5], 3));
  const { loss, accuracy } = marginSoftmax(b, {
    embedding: standardiseOverBatch(b, features),
    classDirections: weight('classes', [5, CLASSES], 4),
    labels,
    margin,
    scale: 4,
  });
  b.output('loss', loss);
  b.output('accuracy', accuracy);
  return b.build();
};

const data = (): Record<string, HostTensor> => ({
  image: { dtype: 'float32', dims: [BATCH, 2, 6, 6], data: draws(7, BATCH * 72) },
  labels: { dtype: 'int64', dims: [BATCH], data: BigInt64Array.of(0n, 1n, 2n, 0n, 1n, 2n) },
  margin: { dtype: 'float32', dims: [], data: Float32Array.of(0.2) },
});

const STEP = { learningRate: 0.02, clipNorm: 5, weightDecay: () => 0 };

describe('trainer', () => {
  const training = trainingGraph(toyNetwork(), {
    loss: 'loss',
    metrics: ['accuracy'],
    trainable: WEIGHTS,
  });
  let runtime: Runtime;
  let open: () => Promise<Trainer>;
  let run: (feeds: Record<string, HostTensor>) => Promise<Record<string, HostTensor>>;

  beforeAll(async () => {
    runtime = await openRuntime({ provider: 'cpu', threads: 1 });
    const session = await runtime.session(encodeModel(training.graph), { name: 'toy training' });
    run = (feeds) => session.run(feeds);
    open = () => Promise.resolve(createTrainer(session, training));
  });
  afterAll(() => runtime.close());

  const feedsWith = (weights: ReadonlyMap<string, Float32Array>): Record<string, HostTensor> => ({
    ...data(),
    ...Object.fromEntries(
      [...training.weights].map(([name, { dims, initial }]) => [
        name,
        { dtype: 'float32' as const, dims, data: weights.get(name) ?? initial },
      ]),
    ),
  });
  const lossOf = async (weights: ReadonlyMap<string, Float32Array>): Promise<number> =>
    Number((await run(feedsWith(weights)))['loss']?.data[0]);

  it.each(WEIGHTS)(
    'agrees with central differences of the loss along random directions of %s',
    async (name) => {
      const { initial } = training.weights.get(name) as { initial: Float32Array };
      const gradient = (await run(feedsWith(new Map())))[`${name}_grad`]?.data as Float32Array;
      for (const seed of [21, 22, 23]) {
        const direction = draws(seed, initial.length);
        const h = 1e-2 / Math.hypot(...direction);
        const at = (sign: number): Promise<number> =>
          lossOf(
            new Map([[name, initial.map((value, i) => value + sign * h * (direction[i] ?? 0))]]),
          );
        const numeric = ((await at(1)) - (await at(-1))) / (2 * h);
        const exact = gradient.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
        const scale = Math.hypot(...gradient) * Math.hypot(...direction);
        expect(Math.abs(numeric - exact) / scale, `seed ${seed}`).toBeLessThan(2e-3);
      }
    },
  );

  it('computes the margin loss that its formula says', async () => {
    // Features are free here: the loss of given cosines, by hand in float64.
    const b = new GraphBuilder({ name: 'loss' });
    const embedding = b.input('embedding', 'float32', [2, 2]);
    const labels = b.input('labels', 'int64', [2]);
    const classDirections = b.constant([3, 0, 0, 5], { dims: [2, 2] });
    const margin = b.constant(0.3);
    const { loss, accuracy } = marginSoftmax(b, {
      embedding,
      classDirections,
      labels,
      margin,
      scale: 8,
    });
    b.output('loss', loss);
    b.output('accuracy', accuracy);
    const session = await runtime.session(encodeModel(b.build()));
    const outputs = await session.run({
      embedding: { dtype: 'float32', dims: [2, 2], data: Float32Array.of(0.6, 0.8, -4, 3) },
      labels: { dtype: 'int64', dims: [2], data: BigInt64Array.of(0n, 1n) },
    });
    await session.dispose();
    const one = Math.log(Math.exp(8 * 0.3) + Math.exp(8 * 0.8)) - 8 * 0.3;
    const two = Math.log(Math.exp(8 * -0.8) + Math.exp(8 * 0.3)) - 8 * 0.3;
    expect(Math.abs(Number(outputs['loss']?.data[0]) - (one + two) / 2)).toBeLessThan(1e-5);
    expect(outputs['accuracy']?.data[0]).toBe(0.5);
  });

  it('learns a toy problem: the loss falls and every class is told apart', async () => {
    const trainer = await open();
    const first = await trainer.update(data(), STEP);
    let last = first;
    for (let step = 0; step < 60; step += 1) last = await trainer.update(data(), STEP);
    expect(last.loss).toBeLessThan(first.loss / 2);
    expect(last.metrics['accuracy']).toBe(1);
    expect(trainer.step).toBe(61);
  });

  it('goes on from a checkpoint to the very bits of a run that never stopped', async () => {
    const whole = await open();
    for (let step = 0; step < 3; step += 1) await whole.update(data(), STEP);
    const checkpoint = whole.checkpoint();
    for (let step = 0; step < 3; step += 1) await whole.update(data(), STEP);
    const resumed = await open();
    resumed.restore(checkpoint);
    for (let step = 0; step < 3; step += 1) await resumed.update(data(), STEP);
    for (const name of WEIGHTS) {
      expect([...(resumed.weights.get(name) ?? [])], name).toEqual([
        ...(whole.weights.get(name) ?? [0]),
      ]);
    }
  });

  it('stops with the step and the remedy when the loss is not finite', async () => {
    const trainer = await open();
    const broken = {
      ...data(),
      margin: { dtype: 'float32', dims: [], data: Float32Array.of(Number.NaN) } as const,
    };
    await expect(trainer.update(broken, STEP)).rejects.toThrow(
      /Step 0: loss NaN.*lower the learning rate/,
    );
  });

  it('refuses a checkpoint of another network and weights the graph does not have', async () => {
    const trainer = await open();
    const other = { ...trainer.checkpoint(), weights: new Map([['kernel', new Float32Array(1)]]) };
    expect(() => trainer.restore(other)).toThrow(TrainingError);
    expect(() =>
      trainingGraph(toyNetwork(), { loss: 'loss', metrics: [], trainable: ['kernels'] }),
    ).toThrow(/no float32 initialiser 'kernels'/);
  });
});
