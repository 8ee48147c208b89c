/** @file Gradients of matrix products. */
import { checkShapes, gradientText, graphOf, type Shape } from '../../testing/index.ts';
import { expect, test } from 'vitest';
import type { GraphBuilder } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';

test('MatMul agrees with central differences for every pair of ranks', async () => {
  const pairs: readonly (readonly [Shape, Shape])[] = [
    [
      [2, 3],
      [3, 4],
    ],
    [
      ['batch', 3],
      [3, 4],
    ],
    [
      ['batch', 5, 3],
      [3, 4],
    ],
    [
      ['batch', 5, 3],
      ['batch', 3, 4],
    ],
    [[3], [3, 4]],
    [['batch', 3], [3]],
    [[3], [3]],
    [
      [4, 3],
      ['batch', 3, 2],
    ],
    [
      ['batch', 1, 2, 3],
      [5, 3, 4],
    ],
    [[3], ['batch', 3, 2]],
  ];
  await checkShapes({
    shapes: pairs.map(([a, c]) => ({ a, c })),
    body: (b, { a, c }) => b.matMul(a as Value, c as Value),
  });
  expect(
    gradientText(
      graphOf({ a: ['batch', 3], c: [3, 4] }, (b, { a, c }) => b.matMul(a as Value, c as Value)),
    ),
  ).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3, 4], y_cotangent: float64[batch, 4]) opset 17
      a_grad: float64[batch, 3] = Gemm(y_cotangent, c) {transB=1}
      c_grad: float64[3, 4] = Gemm(a, y_cotangent) {transA=1}
      -> a_grad: float64[batch, 3], c_grad: float64[3, 4]"
  `);
  expect(
    gradientText(
      graphOf({ a: ['batch', 5, 3], c: [3, 4] }, (b, { a, c }) => b.matMul(a as Value, c as Value)),
    ),
  ).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 5, 3], c: float64[3, 4], y_cotangent: float64[batch, 5, 4]) opset 17
      const_0 = int64[2] {-1, 3}
      const_1 = int64[2] {-1, 4}
      MatMul_0_Grad/Transpose_0: float64[4, 3] = Transpose(c) {perm=[1, 0]}
      a_grad: float64[batch, 5, 3] = MatMul(y_cotangent, MatMul_0_Grad/Transpose_0)
      MatMul_0_Grad/Reshape_0: float64[5*batch, 3] = Reshape(a, const_0)
      MatMul_0_Grad/Reshape_1: float64[5*batch, 4] = Reshape(y_cotangent, const_1)
      c_grad: float64[3, 4] = Gemm(MatMul_0_Grad/Reshape_0, MatMul_0_Grad/Reshape_1) {transA=1}
      -> a_grad: float64[batch, 5, 3], c_grad: float64[3, 4]"
  `);
});

test('Gemm agrees with central differences in all four orientations', async () => {
  for (const transA of [false, true])
    for (const transB of [false, true])
      await checkShapes({
        shapes: [{ a: transA ? [3, 2] : [2, 3], c: transB ? [4, 3] : [3, 4], d: [4] }],
        body: (b, { a, c, d }) =>
          b.gemm(a as Value, c as Value, d ?? null, { transA, transB, alpha: 0.5, beta: 2 }),
      });
  expect(
    gradientText(
      graphOf({ a: ['batch', 3], c: [4, 3], d: [4] }, (b, { a, c, d }) =>
        b.gemm(a as Value, c as Value, d as Value, { transB: true }),
      ),
    ),
  ).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[4, 3], d: float64[4], y_cotangent: float64[batch, 4]) opset 17
      const_0 = int64[1] {0}
      a_grad: float64[batch, 3] = Gemm(y_cotangent, c) {alpha=1}
      c_grad: float64[4, 3] = Gemm(y_cotangent, a) {alpha=1, transA=1}
      d_grad: float64[4] = ReduceSum(y_cotangent, const_0) {keepdims=0}
      -> a_grad: float64[batch, 3], c_grad: float64[4, 3], d_grad: float64[4]"
  `);
});

test('Einsum is differentiated by Einsum, broadcast axes, ellipsis and diagonals included', async () => {
  const body =
    (equation: string) =>
    (b: GraphBuilder, { a, c }: Readonly<Record<string, Value>>) =>
      b.op('Einsum', [a as Value, c as Value], { equation });
  await checkShapes({ shapes: [{ a: ['batch', 3], c: [3, 4] }], body: body('bi,io->bo') });
  await checkShapes({ shapes: [{ a: ['batch', 3, 4], c: [5, 4] }], body: body('bij,oj->bo') });
  expect(gradientText(graphOf({ a: ['batch', 3], c: [3, 4] }, body('bi,io->bo'))))
    .toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3, 4], y_cotangent: float64[batch, 4]) opset 17
      a_grad: float64[batch, 3] = Einsum(y_cotangent, c) {equation=bo,io->bi}
      c_grad: float64[3, 4] = Einsum(y_cotangent, a) {equation=bo,bi->io}
      -> a_grad: float64[batch, 3], c_grad: float64[3, 4]"
  `);
  const both = (equation: string, a: Shape, c: Shape) =>
    checkShapes({ shapes: [{ a, c }], body: body(equation) });
  await both('...ij,...jk->...ik', ['batch', 2, 3], ['batch', 3, 4]);
  await both('...ij,jk->...ik', ['batch', 5, 2, 3], [3, 4]);
  await both('b...i,...i->b...', ['batch', 5, 3], [5, 3]);
  await both('...i,...i->...', [4, 1, 3], [4, 5, 3]);
  await both('ij,jk', [2, 3], [3, 4]);
  await both('bi,io', ['batch', 3], [3, 4]);
  await both('ii,i->i', [3, 3], [3]);
  await both('bii,ij->bj', ['batch', 3, 3], [3, 4]);
  await both('ij,k->k', [2, 3], [4]);
  const single = (equation: string, a: Shape) =>
    checkShapes({
      shapes: [{ a }],
      body: (b, { a: v }) => b.op('Einsum', [v as Value], { equation }),
    });
  await single('ii->', [3, 3]);
  await single('iij->ji', [3, 3, 2]);
  await single('...ij->...ji', ['batch', 2, 3]);
  const open = graphOf({ a: ['n', 'n'], c: ['n'] }, body('ii,i->i'));
  expect(() => gradientText(open)).toThrow(
    /Einsum 'Einsum_0': its gradient by the diagonal 'i' needs a fixed size/,
  );
  expect(() => graphOf({ a: [2, 3], c: [4, 2] }, body('ij,jk->ik'))).toThrow(/'j' is 3 and 4/);
});
