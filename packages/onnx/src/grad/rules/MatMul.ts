/**
 * @file Gradient of MatMul: dA = dY · Bᵀ, dB = Aᵀ · dY, with numpy's rules for vectors and batch axes.
 *
 * A matrix B behind a batch of A (the usual linear layer) is done as one product over all rows instead of one per batch entry.
 */
import type { Value } from '../../build/core-builder.ts';
import { rule, type VjpContext } from '../rule.ts';

export const MatMul = rule(
  'MatMul',
  'dA = dY · Bᵀ, dB = Aᵀ · dY; vectors and broadcast batches included.',
  (c) => {
    const rankA = c.shape(0).length;
    const rankB = c.shape(1).length;
    if (rankA === 2 && rankB === 2)
      return [
        c.when(0, () => c.b.gemm(c.dy, c.x(1), null, { transB: true })),
        c.when(1, () => c.b.gemm(c.x(0), c.dy, null, { transA: true })),
      ];
    if (rankA > 2 && rankB === 2) return linearLayer(c);
    return general(c, rankA, rankB);
  },
);

function linearLayer(c: VjpContext): readonly (Value | null)[] {
  const { b } = c;
  const [inner, outer] = [c.shape(1)[0], c.shape(1)[1]];
  const rows = (v: Value, columns: unknown): Value => b.reshape(v, [-1, columns as number]);
  return [
    c.when(0, () => b.matMul(c.dy, transposed(c, c.x(1)))),
    c.when(1, () => {
      if (typeof inner !== 'number' || typeof outer !== 'number')
        return b.matMul(transposed(c, c.x(0)), c.dy);
      return b.gemm(rows(c.x(0), inner), rows(c.dy, outer), null, { transA: true });
    }),
  ];
}

/** Vectors become one-row or one-column matrices; the engine sums over broadcast batch axes. */
function general(c: VjpContext, rankA: number, rankB: number): readonly (Value | null)[] {
  const { b } = c;
  const a = rankA === 1 ? b.unsqueeze(c.x(0), [0]) : c.x(0);
  const right = rankB === 1 ? b.unsqueeze(c.x(1), [1]) : c.x(1);
  let dy = c.dy;
  if (rankA === 1) dy = b.unsqueeze(dy, [rankB === 1 ? 0 : -2]);
  if (rankB === 1) dy = b.unsqueeze(dy, [-1]);
  return [
    c.when(0, () => {
      const da = b.matMul(dy, transposed(c, right));
      return rankA === 1 ? b.squeeze(da, [-2]) : da;
    }),
    c.when(1, () => {
      const db = b.matMul(transposed(c, a), dy);
      return rankB === 1 ? b.squeeze(db, [-1]) : db;
    }),
  ];
}

function transposed(c: VjpContext, v: Value): Value {
  const rank = v.shape.length;
  const perm = Array.from({ length: rank }, (_, axis) =>
    axis < rank - 2 ? axis : axis === rank - 2 ? rank - 1 : rank - 2,
  );
  return c.b.transpose(v, perm);
}
