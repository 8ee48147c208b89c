/** @file Memory is estimated by a walk, and recomputation lowers it without changing a gradient. */
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import { differentiate } from '../grad/engine.ts';
import { check } from '../ir/check.ts';
import { tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { graphOf, randomTensor, runGraph } from '../testing/index.ts';
import { estimateMemory } from './estimate-memory.ts';
import { recompute } from './recompute.ts';

const options = { dtype: 'float32' } as const;

test('the walk frees each value after its last reader and counts views once', () => {
  const graph = graphOf(
    { x: ['batch', 100] },
    (b, { x }) => b.exp(b.reshape(b.exp(b.reshape(b.exp(x as Value), [0, 10, 10])), [0, 100])),
    options,
  );
  const estimate = estimateMemory(graph, { sizes: { batch: 2 }, cotangents: [] });
  // The input stays, and each Exp needs its input and its output.
  expect(estimate).toEqual({ peakBytes: 3 * 800, storedBytes: 0 });
  expect(() => estimateMemory(graph, { sizes: {}, cotangents: [] })).toThrow(
    /give every symbolic dimension a size/,
  );
});

/** Layers of convolution and activation with a shortcut over each. */
function deep(layers: number) {
  const graph = graphOf(
    { x: ['batch', 4, 8, 8] },
    (b, { x }) => {
      let y = x as Value;
      for (let at = 0; at < layers; at += 1) {
        const w = b.initialiser(`w${at}`, randomTensor([4, 4, 3, 3], { ...options, seed: at }));
        const z = b.conv(y, w, null, { pads: [1, 1, 1, 1] });
        y = b.add(b.mul(y, 0.5), b.mul(b.tanh(z), b.sigmoid(b.mul(z, 0.1))));
      }
      return y;
    },
    options,
  );
  return differentiate(graph, { outputs: [{ name: 'y' }], withRespectTo: ['x'] });
}

test('what fits the limit is left as it is', () => {
  const gradient = deep(4);
  const sizes = { batch: 3 };
  const cotangents = ['y_cotangent'];
  expect(recompute(gradient, { limitBytes: 1e9, sizes, cotangents })).toBe(gradient);
});

test('recomputing halves the memory of a deep network and gives the same gradient', async () => {
  const gradient = deep(24);
  const shared = { sizes: { batch: 3 }, cotangents: ['y_cotangent'] };
  const before = estimateMemory(gradient, shared);
  expect(before.storedBytes).toBeGreaterThan(0.5 * before.peakBytes);
  const frugal = check(recompute(gradient, { ...shared, limitBytes: before.peakBytes / 2 }));
  expect(estimateMemory(frugal, shared).peakBytes).toBeLessThanOrEqual(before.peakBytes / 2);
  const feeds = {
    x: randomTensor([3, 4, 8, 8], options),
    y_cotangent: randomTensor([3, 4, 8, 8], { ...options, seed: 2 }),
  };
  const [expected, found] = [await runGraph(gradient, feeds), await runGraph(frugal, feeds)];
  for (const name of ['y', 'x_grad']) {
    const reference = tensorNumbers(expected[name] as Tensor);
    const norm = Math.hypot(...reference);
    tensorNumbers(found[name] as Tensor).forEach((value, at) =>
      expect(Math.abs(value - (reference[at] as number)) / norm).toBeLessThan(1e-6),
    );
  }
});

test('segments that share values across long shortcuts do not wait for each other', () => {
  const graph = graphOf(
    { x: ['batch', 4, 8, 8] },
    (b, { x }) => {
      const early = b.tanh(b.exp(x as Value));
      let y = b.sigmoid(early);
      for (let at = 0; at < 12; at += 1) y = b.tanh(b.mul(b.sigmoid(y), early));
      return y;
    },
    options,
  );
  const gradient = differentiate(graph, { outputs: [{ name: 'y' }], withRespectTo: ['x'] });
  const shared = { sizes: { batch: 3 }, cotangents: ['y_cotangent'] };
  const frugal = check(recompute(gradient, { ...shared, limitBytes: 1 }));
  expect(estimateMemory(frugal, shared).peakBytes).toBeLessThan(
    estimateMemory(gradient, shared).peakBytes,
  );
});

test('where nothing fits, the least is taken', () => {
  const gradient = deep(24);
  const shared = { sizes: { batch: 3 }, cotangents: ['y_cotangent'] };
  const least = recompute(gradient, { ...shared, limitBytes: 1 });
  expect(estimateMemory(least, shared).peakBytes).toBeLessThan(
    estimateMemory(gradient, shared).peakBytes / 2,
  );
});
