/** @file A divisor that passes zero where nothing is seen leaves the image alone and makes the gradient NaN; none may come near it. */
import { encodeModel, graph, inferTypes, valueInfo } from '@colloid/onnx';
import type { Graph, ValueType } from '@colloid/onnx';
import { openRuntime } from '@colloid/sampler';
import { expect, it } from 'vitest';
import { LATENT_DIMENSION as D } from './factors.ts';
import { synthesisGraph } from './graphs.ts';
import { drawsFrom } from './random.ts';

const ROWS = 8;
const RADII = [0.7, 1, 2, 3];

/** Least magnitude that may meet each operator: lengths in face units are divided by, roots have a floor of their own. */
const LEAST: Readonly<Record<string, { readonly input: 0 | 1; readonly magnitude: number }>> = {
  Div: { input: 1, magnitude: 1e-3 },
  Reciprocal: { input: 0, magnitude: 1e-3 },
  Sqrt: { input: 0, magnitude: 1e-6 },
};

/** The values that a graph divides by or takes the root of, with what is asked of each. */
function divisorsOf(source: Graph): ReadonlyMap<string, number> {
  const divisors = new Map<string, number>();
  for (const { opType, inputs } of source.nodes) {
    const least = LEAST[opType];
    const name = inputs[least?.input ?? 0];
    if (least === undefined || name === undefined || source.initialisers.has(name)) continue;
    divisors.set(name, Math.max(least.magnitude, divisors.get(name) ?? 0));
  }
  return divisors;
}

/** The graph with those values as its only outputs. */
function withOutputs(source: Graph, names: Iterable<string>): Graph {
  const types = inferTypes(source);
  const outputs = [...names].map((name) => valueInfo(name, types.get(name) as ValueType));
  return graph({ ...source, outputs });
}

it('every divisor and every argument of a root stays off zero, far outside the ordinary latents too', async () => {
  const source = synthesisGraph();
  const divisors = divisorsOf(source);
  expect(divisors.size).toBeGreaterThan(50);
  const runtime = await openRuntime({ provider: 'cpu' });
  try {
    const session = await runtime.session(encodeModel(withOutputs(source, divisors.keys())), {
      name: 'divisors',
    });
    const draws = drawsFrom(11);
    const tooSmall = new Map<string, number>();
    for (const radius of RADII) {
      const w = Float32Array.from({ length: ROWS * D }, () => radius * draws.normal());
      const values = await session.run({ w: { dtype: 'float32', dims: [ROWS, D], data: w } });
      for (const [name, least] of divisors) {
        const data = values[name]?.data as Float32Array;
        const smallest = data.reduce((least, v) => Math.min(least, Math.abs(v)), Infinity);
        if (!(smallest >= least)) tooSmall.set(name, smallest);
      }
    }
    expect([...tooSmall]).toEqual([]);
  } finally {
    await runtime.close();
  }
}, 240_000);
