/** @file Gradient of Gemm Y = alpha · A' · B' + beta · C, where ' is an optional transpose; each case is again one Gemm. */
import { rule } from '../rule.ts';

export const Gemm = rule('Gemm', 'dA, dB by one Gemm each; dC = beta · dY.', (c) => {
  const { b } = c;
  const alpha = c.float('alpha', 1);
  const beta = c.float('beta', 1);
  const transA = c.int('transA', 0) === 1;
  const transB = c.int('transB', 0) === 1;
  return [
    c.when(0, () =>
      transA
        ? b.gemm(c.x(1), c.dy, null, { alpha, transA: transB, transB: true })
        : b.gemm(c.dy, c.x(1), null, { alpha, transB: !transB }),
    ),
    c.when(1, () =>
      transB
        ? b.gemm(c.dy, c.x(0), null, { alpha, transA: true, transB: transA })
        : b.gemm(c.x(0), c.dy, null, { alpha, transA: !transA }),
    ),
    c.when(2, () => (beta === 1 ? c.dy : b.mul(c.dy, beta))),
  ];
});
