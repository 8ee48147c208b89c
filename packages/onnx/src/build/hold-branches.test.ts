/** @file A graph with held branches is the graph itself where nothing moves, and smooth where the graph has kinks. */
import { describe, expect, test } from 'vitest';
import {
  GraphBuilder,
  GraphError,
  holdBranches,
  tensor,
  tensorNumbers,
  type Graph,
  type Value,
} from '../index.ts';
import { runGraph } from '../testing/run.ts';

const SHAPE = [2, 3, 4, 4] as const;
const SIZE = 96;

/** Numbers from -2 to 2, none of them at a kink. */
const POINT = Float32Array.from({ length: SIZE }, (_, at) => 2 * Math.sin(1 + 1.7 * at));
/** Crosses many kinks. */
const FAR = POINT.map((value, at) => value + 1.5 * Math.cos(2.3 * at));

function graphOf(build: (b: GraphBuilder, x: Value) => Value): Graph {
  const b = new GraphBuilder({ name: 'kinked' });
  b.output('y', build(b, b.input('x', 'float32', ['batch', 3, 4, 4])));
  return b.build();
}

async function held(graph: Graph, x: Float32Array, at: Float32Array): Promise<readonly number[]> {
  const feeds = { x: tensor('float32', SHAPE, x), x_held: tensor('float32', SHAPE, at) };
  const { y } = await runGraph(holdBranches(graph, 'x'), feeds);
  if (y === undefined) throw new Error('the graph gave no y');
  return tensorNumbers(y);
}

const KINKS: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
  Relu: (b, x) => b.relu(x),
  LeakyRelu: (b, x) => b.leakyRelu(x, 0.2),
  PRelu: (b, x) => b.prelu(x, b.constant([0.1, -0.3, 0.5], { dims: [3, 1, 1] })),
  ThresholdedRelu: (b, x) => b.op('ThresholdedRelu', [x], { alpha: 0.3 }),
  Clip: (b, x) => b.clip(x, -0.7, 0.9),
  'Clip with one bound': (b, x) => b.clip(x, null, 0.4),
  HardSigmoid: (b, x) => b.op('HardSigmoid', [x], { alpha: 0.4, beta: 0.3 }),
  HardSwish: (b, x) => b.op('HardSwish', [b.mul(x, 2.5)]),
  Abs: (b, x) => b.abs(x),
  Max: (b, x) => b.max(b.mul(x, 0.5), b.sub(0.3, x)),
  Min: (b, x) => b.min(b.mul(x, 0.5), b.sub(0.3, x)),
  MaxPool: (b, x) => b.maxPool(x, { kernel: [2, 2], strides: [2, 2] }),
  'Where of a comparison': (b, x) => b.where(b.greater(x, 0.1), b.mul(x, x), b.neg(x)),
  'several in a row': (b, x) =>
    b.relu(b.sub(b.maxPool(b.abs(b.leakyRelu(x)), { kernel: [2, 2] }), 1)),
};

describe.each(Object.entries(KINKS))('%s', (name, build) => {
  const graph = graphOf(build);

  test('gives what the graph gives where the inputs are equal', async () => {
    const { y } = await runGraph(graph, { x: tensor('float32', SHAPE, POINT) });
    if (y === undefined) throw new Error('the graph gave no y');
    const values = await held(graph, POINT, POINT);
    tensorNumbers(y).forEach((value, at) => expect(values[at]).toBeCloseTo(value, 5));
  });

  test('is a polynomial on its branches, however far the input moves', async () => {
    const [left, middle, right] = [
      await held(graph, POINT, POINT),
      await held(
        graph,
        POINT.map((value, at) => (value + (FAR[at] ?? 0)) / 2),
        POINT,
      ),
      await held(graph, FAR, POINT),
    ];
    // Straight lines, but for the squares of two of them.
    if (name === 'HardSwish' || name.startsWith('Where')) return;
    middle.forEach((value, at) => {
      expect(value).toBeCloseTo(((left[at] ?? 0) + (right[at] ?? 0)) / 2, 4);
    });
  });
});

test('a graph without kinks is left as it is, and an unknown input is named', async () => {
  const smooth = graphOf((b, x) => b.tanh(x));
  expect(await held(smooth, FAR, POINT)).toEqual(await held(smooth, FAR, FAR));
  expect(() => holdBranches(smooth, 'z')).toThrow(GraphError);
});
