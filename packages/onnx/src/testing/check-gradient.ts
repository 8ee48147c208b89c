/** @file Compares a gradient graph with central differences along a random direction, both run by onnxruntime. */
import { GraphBuilder } from '../build/graph-builder.ts';
import type { Value } from '../build/core-builder.ts';
import { differentiate } from '../grad/engine.ts';
import { isFloat, type DType } from '../ir/dtype.ts';
import { print } from '../ir/print.ts';
import type { Graph } from '../ir/graph.ts';
import { mapTensor, tensorFrom, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { normal, seededRandom } from './random.ts';
import { openReference } from './reference.ts';
import { openGraph, type OpenGraph } from './run.ts';

export interface CheckGradientOptions {
  /** Values of every input. Float ones must have the graph's dtype. */
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** @default every float input */
  readonly withRespectTo?: readonly string[];
  /** @default every float output */
  readonly outputs?: readonly string[];
  /** @default 1 */
  readonly seed?: number;
  /** Directions tried. @default 3 */
  readonly directions?: number;
  /** Length of the difference step. @default 1e-5 in float64, 1e-2 in float32 */
  readonly step?: number;
  /** Largest |difference - g·v| relative to |g|·|v| and |difference|. @default 1e-6 in float64, 2e-3 in float32 */
  readonly tolerance?: number;
  /**
   * Whole numbers as cotangents and directions: with whole inputs, a graph that is linear in each of them gives exact sums even in float32,
   * for operators that onnxruntime has no float64 of. @default false
   */
  readonly whole?: boolean;
  /** 'reference': the float64 interpreter of element-wise operators, for those that onnxruntime lacks. @default 'onnxruntime' */
  readonly engine?: 'onnxruntime' | 'reference';
  /** The same function by operators that onnxruntime has in the dtype; run for the differences in place of the graph. */
  readonly forward?: Graph;
}

/**
 * Throws with the seed, the direction and the worst gradient unless cotangentᵀ · (f(x + hv) - f(x - hv)) / 2h equals g · v for each input.
 * Returns the largest relative error seen.
 */
export async function checkGradient(graph: Graph, options: CheckGradientOptions): Promise<number> {
  const { feeds, seed = 1, directions = 3, whole = false } = options;
  const names =
    options.withRespectTo ?? graph.inputs.filter((i) => isFloat(i.type.dtype)).map((i) => i.name);
  const outputs =
    options.outputs ?? graph.outputs.filter((o) => isFloat(o.type.dtype)).map((o) => o.name);
  const dtype = feeds[names[0] ?? '']?.dtype ?? 'float64';
  const isDouble = dtype === 'float64';
  const step = whole ? 1 : (options.step ?? (isDouble ? 1e-5 : 1e-2));
  const tolerance = options.tolerance ?? (isDouble || whole ? 1e-6 : 2e-3);
  const derivative = differentiate(graph, {
    outputs: outputs.map((name) => ({ name })),
    withRespectTo: names,
    keepOutputs: false,
  });
  const random = seededRandom(seed);
  const draw = (): number => (whole ? Math.floor(random() * 5) - 2 : normal(random));
  const open = options.engine === 'reference' ? openReference : openGraph;
  const forward = await open(options.forward ?? graph);
  const backward = await open(derivative);
  let worst = 0;
  try {
    const at = await forward.run(feeds);
    for (let count = 0; count < directions; count += 1) {
      const cotangents = Object.fromEntries(
        outputs.map((name): [string, Tensor] => [name, mapTensor(need(at, name), draw)]),
      );
      const gradients = await backward.run({
        ...feeds,
        ...Object.fromEntries(
          Object.entries(cotangents).map(([name, t]) => [`${name}_cotangent`, t]),
        ),
      });
      for (const name of names) {
        const gradient = need(gradients, `${name}_grad`);
        const value = need(feeds, name);
        if (gradient.dims.join() !== value.dims.join())
          throw new Error(
            `${name}_grad has dimensions [${gradient.dims.join()}], expected [${value.dims.join()}].\n${print(derivative)}`,
          );
        const direction = mapTensor(value, draw);
        const difference = await directional({ forward, feeds, name, direction, step, cotangents });
        const product = dot(gradient, direction);
        const scale = Math.max(
          Math.sqrt(dot(gradient, gradient) * dot(direction, direction)),
          Math.abs(difference),
          1e-12,
        );
        const error = Math.abs(difference - product) / scale;
        // NaN must fail too.
        if (!(error <= tolerance))
          throw new Error(
            `Gradient by '${name}' (seed ${seed}, direction ${count}): difference ${difference}, gradient · direction ${product}, relative error ${error}.\n${print(derivative)}`,
          );
        worst = Math.max(worst, error);
      }
    }
  } finally {
    await forward.close();
    await backward.close();
  }
  return worst;
}

/** A tensor of random numbers: normal, or whole numbers from -2 to 2. */
export function randomTensor(
  dims: readonly number[],
  options: {
    readonly seed?: number;
    readonly dtype?: DType;
    readonly whole?: boolean;
    readonly low?: number;
    readonly high?: number;
  } = {},
): Tensor {
  const { seed = 7, dtype = 'float64', whole = false, low, high } = options;
  const random = seededRandom(seed);
  const count = dims.reduce((a, b) => a * b, 1);
  const one = (): number => {
    if (whole) return Math.floor(random() * 5) - 2;
    return low === undefined || high === undefined ? normal(random) : low + random() * (high - low);
  };
  return tensorFrom(dtype, Array.from({ length: count }, one), dims);
}

/** Builds a graph with the given inputs (float64 unless told) and one output `y`. */
export function graphOf(
  inputs: Readonly<Record<string, readonly (number | string)[]>>,
  body: (b: GraphBuilder, values: Readonly<Record<string, Value>>) => Value,
  options: { readonly dtype?: DType; readonly opset?: number } = {},
): Graph {
  const b = new GraphBuilder({ name: 'f', opset: options.opset ?? 17 });
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [
      name,
      b.input(name, options.dtype ?? 'float64', shape),
    ]),
  );
  b.output('y', body(b, values));
  return b.build();
}

interface Directional {
  readonly forward: OpenGraph;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly name: string;
  readonly direction: Tensor;
  readonly step: number;
  readonly cotangents: Readonly<Record<string, Tensor>>;
}

async function directional({
  forward,
  feeds,
  name,
  direction,
  step,
  cotangents,
}: Directional): Promise<number> {
  const along = tensorNumbers(direction);
  const moved = (sign: number): Tensor =>
    mapTensor(need(feeds, name), (value, at) => value + sign * step * (along[at] as number));
  const ahead = await forward.run({ ...feeds, [name]: moved(1) });
  const behind = await forward.run({ ...feeds, [name]: moved(-1) });
  let sum = 0;
  for (const [output, cotangent] of Object.entries(cotangents)) {
    const weights = tensorNumbers(cotangent);
    const [high, low] = [tensorNumbers(need(ahead, output)), tensorNumbers(need(behind, output))];
    weights.forEach((weight, at) => (sum += weight * ((high[at] as number) - (low[at] as number))));
  }
  return sum / (2 * step);
}

function dot(a: Tensor, b: Tensor): number {
  const right = tensorNumbers(b);
  return tensorNumbers(a).reduce((sum, value, at) => sum + value * (right[at] as number), 0);
}

function need(tensors: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const found = tensors[name];
  if (!found)
    throw new Error(`There is no tensor '${name}'; there are ${Object.keys(tensors).join(', ')}.`);
  return found;
}
