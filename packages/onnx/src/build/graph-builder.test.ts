/** @file Built graphs print, encode, decode and run. */
import { expect, test } from 'vitest';
import { decodeModel, encodeModel, GraphBuilder, inline, print, tensorFrom } from '../index.ts';
import { runGraph } from '../testing/index.ts';

function affine(): GraphBuilder {
  const b = new GraphBuilder({ name: 'affine' });
  const x = b.input('x', 'float32', ['batch', 3]);
  const w = b.initialiser('w', tensorFrom('float32', [1, 2, 3, 4, 5, 6], [3, 2]));
  b.output('y', b.relu(b.add(b.matMul(x, w), 0.5)));
  return b;
}

test('a built graph prints one line per node with name, dtype and shape', () => {
  expect(print(affine().build())).toMatchInlineSnapshot(`
    "affine(x: float32[batch, 3]) opset 17
      w = float32[3, 2] {1, 2, 3, 4, 5, 6}
      const_0 = float32[] {0.5}
      MatMul_0: float32[batch, 2] = MatMul(x, w)
      Add_0: float32[batch, 2] = Add(MatMul_0, const_0)
      y: float32[batch, 2] = Relu(Add_0)
      -> y: float32[batch, 2]"
  `);
});

test('a graph survives encoding and decoding, and its bytes are stable', () => {
  const graph = affine().build();
  const bytes = encodeModel(graph);
  expect(print(decodeModel(bytes))).toBe(print(graph));
  expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
});

test('onnxruntime runs a built graph with a symbolic batch', async () => {
  const x = tensorFrom('float32', [1, 0, 0, 0, -1, 0], [2, 3]);
  const { y } = await runGraph(affine().build(), { x });
  expect(y).toEqual(tensorFrom('float32', [1.5, 2.5, 0, 0], [2, 2]));
});

test('a graph inlined twice keeps its names apart', async () => {
  const b = new GraphBuilder({ name: 'twice' });
  const x = b.input('x', 'float32', ['n', 3]);
  const first = inline(b, affine().build(), { x }, 'one')['y'];
  const second = inline(b, affine().build(), { x: b.mul(x, 2) }, 'two')['y'];
  if (!first || !second) throw new Error('the output y is missing');
  b.output('sum', b.add(first, second));
  const graph = b.build();
  expect([...graph.initialisers.keys()]).toContain('two/w');
  const { sum } = await runGraph(graph, { x: tensorFrom('float32', [1, 0, 0], [1, 3]) });
  expect(sum).toEqual(tensorFrom('float32', [4, 7], [1, 2]));
});
