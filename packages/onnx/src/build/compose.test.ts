/** @file Stages joined output to input compute what they compute one after the other. */
import { expect, test } from 'vitest';
import {
  bind,
  compose,
  differentiate,
  GraphBuilder,
  promote,
  simplify,
  tensorFrom,
  type Graph,
} from '../index.ts';
import { checkGradient, randomTensor, runGraph } from '../testing/index.ts';

function scale(by: number, input = 'x', output = 'y'): Graph {
  const b = new GraphBuilder({ name: 'scale' });
  b.output(
    output,
    b.mul(
      b.input(input, 'float32', ['batch', 2]),
      b.initialiser('factor', tensorFrom('float32', [by], [1])),
    ),
  );
  return b.build();
}

test('a composed graph runs its stages in turn and names their weights by prefix', async () => {
  const graph = compose({
    name: 'both',
    stages: [
      { prefix: 'generator', graph: scale(2) },
      {
        prefix: 'recogniser',
        graph: scale(3, 'image', 'embedding'),
        connect: { image: { stage: 'generator', output: 'y' } },
      },
    ],
    outputs: {
      image: { stage: 'generator', output: 'y' },
      embedding: { stage: 'recogniser', output: 'embedding' },
    },
  });
  expect([...graph.initialisers.keys()]).toEqual(['generator/factor', 'recogniser/factor']);
  const { image, embedding } = await runGraph(graph, { x: tensorFrom('float32', [1, 2], [1, 2]) });
  expect(image).toEqual(tensorFrom('float32', [2, 4], [1, 2]));
  expect(embedding).toEqual(tensorFrom('float32', [6, 12], [1, 2]));
});

test('a connection that does not exist or does not fit is named', () => {
  const stages = [{ prefix: 'a', graph: scale(2) }];
  expect(() =>
    compose({
      name: 'g',
      stages: [
        ...stages,
        { prefix: 'b', graph: scale(2), connect: { z: { stage: 'a', output: 'y' } } },
      ],
    }),
  ).toThrow("stage 'b' has no input 'z' to connect");
  expect(() =>
    compose({
      name: 'g',
      stages: [
        ...stages,
        { prefix: 'b', graph: scale(2), connect: { x: { stage: 'a', output: 'q' } } },
      ],
    }),
  ).toThrow("no earlier stage 'a' has an output 'q'");
  const wide = new GraphBuilder({ name: 'wide' });
  wide.output('y', wide.neg(wide.input('x', 'float32', ['batch', 3])));
  expect(() =>
    compose({
      name: 'g',
      stages: [
        ...stages,
        { prefix: 'b', graph: wide.build(), connect: { x: { stage: 'a', output: 'y' } } },
      ],
    }),
  ).toThrow("input 'x' expects float32[batch, 3], got float32[batch, 2]");
});

test('a promoted weight is an input with a gradient, and binding it gives the old graph back', async () => {
  const trained = promote(scale(2), ['factor']);
  expect(trained.inputs.map((i) => i.name)).toEqual(['x', 'factor']);
  const feeds = {
    x: randomTensor([3, 2], { dtype: 'float32', whole: true }),
    factor: tensorFrom('float32', [2], [1]),
  };
  await checkGradient(trained, { feeds, whole: true });
  const bound = bind(trained, { factor: feeds.factor });
  expect((await runGraph(bound, { x: feeds.x }))['y']).toEqual(
    (await runGraph(scale(2), { x: feeds.x }))['y'],
  );
  expect(() => promote(scale(2), ['nothing'])).toThrow(
    "it has no initialiser 'nothing' to promote",
  );
});

test('simplifying folds BatchNormalization into Conv and changes neither the function nor its gradient', async () => {
  const b = new GraphBuilder({ name: 'net' });
  const x = b.input('x', 'float32', ['batch', 2, 4, 4]);
  const weight = (name: string, dims: readonly number[], low: number) =>
    b.initialiser(
      name,
      randomTensor(dims, { dtype: 'float32', low, high: low + 1, seed: dims.length }),
    );
  const parts = {
    scale: weight('scale', [4], 0.5),
    bias: weight('shift', [4], 0),
    mean: weight('mean', [4], -0.5),
    variance: weight('variance', [4], 0.5),
  };
  const convolved = b.conv(b.identity(x), weight('w', [4, 2, 3, 3], -0.5), weight('bias', [4], 0));
  b.output('y', b.relu(b.batchNormalization(convolved, parts)));
  const graph = b.build();
  const simple = simplify(graph);
  expect(simple.nodes.map((n) => n.opType)).toEqual(['Conv', 'Relu']);
  const feeds = { x: randomTensor([2, 2, 4, 4], { dtype: 'float32' }) };
  const run = (g: Graph) =>
    runGraph(
      differentiate(g, { outputs: [{ name: 'y', seed: 'ones' }], withRespectTo: ['x'] }),
      feeds,
    );
  const [before, after] = [await run(graph), await run(simple)];
  for (const name of ['y', 'x_grad']) {
    const [left, right] = [before[name]?.data as Float32Array, after[name]?.data as Float32Array];
    expect(left.every((v, at) => Math.abs(v - (right[at] as number)) < 1e-5)).toBe(true);
  }
});

test('a Conv that something else reads too is not folded', () => {
  const b = new GraphBuilder({ name: 'net' });
  const one = b.constant([1], { dims: [1] });
  const convolved = b.conv(
    b.input('x', 'float32', ['batch', 1, 4]),
    b.initialiser('w', tensorFrom('float32', [1, 2], [1, 1, 2])),
  );
  b.output(
    'y',
    b.add(
      b.batchNormalization(convolved, { scale: one, bias: one, mean: one, variance: one }),
      convolved,
    ),
  );
  expect(simplify(b.build()).nodes.map((n) => n.opType)).toEqual([
    'Conv',
    'BatchNormalization',
    'Add',
  ]);
});
