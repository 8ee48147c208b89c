/** @file The forms for WebGPU compute the same; what the provider makes of them is tested where sessions are. */
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import { GraphBuilder } from '../build/graph-builder.ts';
import { inferTypes } from '../ir/check.ts';
import type { Graph } from '../ir/graph.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';
import { checkPass, graphOf, randomTensor, runGraph } from '../testing/index.ts';
import { adaptForWebGpu } from './web-gpu.ts';

const operators = ({ nodes }: Graph): readonly string[] => nodes.map((n) => n.opType);
const options = { dtype: 'float32' } as const;

/** y = Σ k · part k of a Split into `count` parts of two. */
const splitInto = (count: number): Graph =>
  graphOf(
    { x: ['batch', 2 * count] },
    (b, { x }) =>
      b
        .ops(
          'Split',
          [x as Value, b.int64(Array.from({ length: count }, () => 2))],
          { axis: -1 },
          count,
        )
        .map((part, at) => b.mul(part, at))
        .reduce((sum, part) => b.add(sum, part)),
    options,
  );

const convolved = (kernel: number, pads: readonly number[]): Graph =>
  graphOf(
    { x: ['batch', 2, 3, 3] },
    (b, { x }) => {
      const weight = randomTensor([4, 2, kernel, kernel], { ...options, seed: 3 });
      return b.conv(x as Value, b.initialiser('w', weight), null, { pads });
    },
    options,
  );

test('a Split into more parts than a shader has buffers becomes Slices, a smaller one stays', async () => {
  const many = operators(await checkPass(splitInto(9), adaptForWebGpu));
  expect(many.filter((op) => op === 'Slice')).toHaveLength(9);
  expect(many).not.toContain('Split');
  const few = splitInto(3);
  expect(adaptForWebGpu(few)).toBe(few);
});

test('Sum becomes Add', async () => {
  const graph = graphOf(
    { p: [3], q: [1], r: [3] },
    (b, { p, q, r }) => b.op('Sum', [p as Value, q as Value, r as Value]),
    options,
  );
  expect(operators(await checkPass(graph, adaptForWebGpu))).toEqual(['Add', 'Add']);
});

test('pads at the ends only stand before a Conv whose kernel is 1x1 or the whole image', async () => {
  for (const graph of [convolved(1, [0, 0, 1, 1]), convolved(3, [0, 0, 2, 1])])
    expect(operators(await checkPass(graph, adaptForWebGpu))).toEqual(['Pad', 'Conv']);
  for (const graph of [
    convolved(2, [0, 0, 1, 1]),
    convolved(1, [1, 1, 1, 1]),
    convolved(1, [0, 0, 0, 0]),
  ])
    expect(adaptForWebGpu(graph)).toBe(graph);
});

test('groups of more than 4 outputs, and no multiple of it, are padded with zero kernels', async () => {
  const grouped = (group: number, each: number): Graph =>
    graphOf(
      { x: ['batch', group * 2, 5, 5] },
      (b, { x }) => {
        const random = (dims: readonly number[], seed: number): Value =>
          b.initialiser(`p${seed}`, randomTensor(dims, { ...options, seed }));
        const weight = random([group * each, 2, 3, 3], 3);
        return b.conv(x as Value, weight, random([group * each], 4), { group });
      },
      options,
    );
  const found = await checkPass(grouped(2, 6), adaptForWebGpu);
  const conv = found.nodes.find((node) => node.opType === 'Conv');
  expect(inferTypes(found).get(conv?.outputs[0] ?? '')?.shape).toEqual(['batch', 16, 3, 3]);
  for (const graph of [grouped(4, 1), grouped(2, 2), grouped(2, 8), grouped(3, 5)])
    expect(adaptForWebGpu(graph)).toBe(graph);
});

test('sines of arithmetic are right to 2e-6 over many turns, at every sign', async () => {
  const b = new GraphBuilder({ name: 'sines' });
  const x = b.input('x', 'float32', ['n']);
  b.output('sine', b.sin(x));
  b.output('cosine', b.cos(x));
  const adapted = adaptForWebGpu(b.build());
  expect(operators(adapted)).not.toContain('Sin');
  expect(operators(adapted)).not.toContain('Cos');
  const values = Float32Array.from({ length: 4001 }, (_, at) => (at - 2000) * 0.03);
  const { sine, cosine } = await runGraph(adapted, {
    x: tensor('float32', [values.length], values),
  });
  const worst = (found: Tensor | undefined, exact: (value: number) => number): number =>
    Math.max(...values.map((value, at) => Math.abs(Number(found?.data[at]) - exact(value))));
  expect(worst(sine, Math.sin)).toBeLessThan(2e-6);
  expect(worst(cosine, Math.cos)).toBeLessThan(2e-6);
});
