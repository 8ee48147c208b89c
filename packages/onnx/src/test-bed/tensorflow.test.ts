/** @file Functions and networks of TensorFlow and Keras as tf2onnx writes them: outputs are TensorFlow's, gradients those of its tape. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeModel } from '../codec/decode.ts';
import { differentiate } from '../grad/engine.ts';
import type { Graph } from '../ir/graph.ts';
import { tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { simplify } from '../simplify/simplify.ts';
import { runGraph } from '../testing/run.ts';
import { hashedWeight } from './weights.ts';

interface Export {
  readonly shape: readonly number[];
  readonly output: readonly number[];
  /** Number of the input `<name>.input<draw>`: of 16 one whose activations stay away from their kinks. */
  readonly draw: number;
  /** Euclidean length of the output, in float64. */
  readonly outputNorm: number;
}

const FOLDER = new URL('fixtures/tensorflow/', import.meta.url);
const { tensorflow, tf2onnx, ...EVERYTHING } = JSON.parse(
  readFileSync(new URL('index.json', FOLDER), 'utf8'),
) as Record<string, Export>;

/** What tf2onnx could not convert: the file is there, and no ONNX. */
const UNCONVERTED = 'conv_grouped';
const EXPORTS = Object.entries(EVERYTHING).filter(([name]) => name !== UNCONVERTED);

/** Relative norm errors: of float32 against float64, through a network. */
const MOST = 1e-5;

test.each(EXPORTS)('%s has the gradient of the tape', async (name, facts) => {
  const graph = decodeModel(readFileSync(new URL(`${name}.onnx`, FOLDER)));
  const stored = readFileSync(new URL(`${name}.gradient.bin`, FOLDER));
  const reference = [...new Float32Array(new Uint8Array(stored).buffer)];
  for (const each of [graph, simplify(graph)]) {
    const { output, gradient } = await run(name, each, facts);
    expect(Math.abs(norm(output) / facts.outputNorm - 1)).toBeLessThan(MOST);
    const difference = gradient.map((value, at) => value - (reference[at] as number));
    expect(gradient).toHaveLength(reference.length);
    expect(norm(difference) / norm(reference)).toBeLessThan(MOST);
  }
});

test('a compiled function of TensorFlow that tf2onnx left in the file is named with a remedy', () => {
  const graph = decodeModel(readFileSync(new URL(`${UNCONVERTED}.onnx`, FOLDER)));
  expect(() => simplify(graph)).toThrow(
    /StatefulPartitionedCall 'conv2d_1\/StatefulPartitionedCall': .* a convolution each, and a concatenation/,
  );
});

test('the exporters are named beside what they wrote', () => {
  expect({ tensorflow, tf2onnx }).toEqual({
    tensorflow: expect.stringMatching(/^2\./) as string,
    tf2onnx: expect.stringMatching(/^1\./) as string,
  });
});

async function run(
  name: string,
  graph: Graph,
  { shape, output: outputShape, draw }: Export,
): Promise<{ readonly output: readonly number[]; readonly gradient: readonly number[] }> {
  const [input, output] = [graph.inputs[0]?.name ?? '', graph.outputs[0]?.name ?? ''];
  const derivative = differentiate(graph, { outputs: [{ name: output }], withRespectTo: [input] });
  const results = await runGraph(derivative, {
    [input]: hashedWeight(`${name}.input${draw}`, shape),
    [`${output}_cotangent`]: hashedWeight(`${name}.cotangent`, outputShape),
  });
  return {
    output: tensorNumbers(results[output] as Tensor),
    gradient: tensorNumbers(results[`${input}_grad`] as Tensor),
  };
}

function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
