/** @file What `scripts/test_bed/export.py` wrote: graphs of PyTorch's exporters and gradients of its autograd, for tests. */
import { readFileSync } from 'node:fs';
import { bind } from '../build/promote.ts';
import { decodeModel } from '../codec/decode.ts';
import type { Graph } from '../ir/graph.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';
import { hashedWeight } from './weights.ts';

const FOLDER = new URL('fixtures/', import.meta.url);

export interface Fixture {
  /** Of the input. */
  readonly shape: readonly number[];
  /** Number of the input `<name>.input<draw>`: of 16 the one whose activations stay farthest from their kinks. */
  readonly draw: number;
  /** That smallest distance, relative to the layer's root mean square; null without kinks. */
  readonly margin: number | null;
  /** Euclidean length of the output, in float64. */
  readonly outputNorm: number;
  /** Relative norm error of PyTorch's own float32 gradient. */
  readonly float32Error: number;
}

/** The facts stored of a network of the test bed. */
export function readFixture(name: string): Fixture {
  const facts = JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8')) as Record<
    string,
    Fixture
  >;
  const found = facts[name];
  if (!found) throw new Error(`There is no fixture of ${name}; run scripts/test_bed/export.py.`);
  return found;
}

/** The graph that an exporter wrote ('traced' or 'dynamo'), its weights, which it has as inputs, bound to the formula. */
export function readExported(name: string, exporter: string): Graph {
  const bytes = readFileSync(new URL(`${name}.${exporter}.onnx`, FOLDER));
  const open = decodeModel(bytes);
  const weights = open.inputs
    .slice(1)
    .map((input) => [input.name, hashedWeight(input.name, input.type.shape as number[])] as const);
  return bind(open, Object.fromEntries(weights));
}

/** The gradient by the input of cotangent · output, computed by autograd in float64, stored in float32. */
export function readGradient(name: string): Tensor {
  const bytes = readFileSync(new URL(`${name}.gradient.bin`, FOLDER));
  const data = new Float32Array(new Uint8Array(bytes).buffer);
  return tensor('float32', readFixture(name).shape, data);
}
