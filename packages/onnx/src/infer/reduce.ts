/** @file Types of reductions and of operators along an axis. */
import type { Dim } from '../ir/dim.ts';
import { valueType } from '../ir/graph.ts';
import type { InferContext, InferRule } from './context.ts';

/** The axes that a reduction works on, each 0 to rank-1, ascending; from the input or the attribute, by opset. */
export function reductionAxes(c: InferContext): readonly number[] {
  const rank = c.shape(0).length;
  const given = c.intList('axes') ?? c.numbers(1, 'axes');
  if (given && given.length > 0) return given.map((a) => c.axis(a, rank)).toSorted((a, b) => a - b);
  if (c.int('noop_with_empty_axes', 0) === 1) return [];
  return c.shape(0).map((_, at) => at);
}

const reduce: InferRule = (c) => {
  const axes = reductionAxes(c);
  const keep = c.int('keepdims', 1) === 1;
  return c.like(
    c.shape(0).flatMap((d, at): Dim[] => (axes.includes(at) ? (keep ? [1] : []) : [d])),
  );
};

const arg: InferRule = (c) => {
  const axis = c.axis(c.int('axis', 0), c.shape(0).length);
  const keep = c.int('keepdims', 1) === 1;
  return [
    valueType(
      'int64',
      c.shape(0).flatMap((d, at): Dim[] => (at === axis ? (keep ? [1] : []) : [d])),
    ),
  ];
};

const sameAlongAxis: InferRule = (c) => {
  c.axis(c.int('axis', -1), c.shape(0).length);
  return c.like(c.shape(0));
};

const topK: InferRule = (c) => {
  const axis = c.axis(c.int('axis', -1), c.shape(0).length);
  const k = c.ints(1)?.values[0] ?? c.unknownDim(axis);
  const shape = c.shape(0).map((d, at) => (at === axis ? k : d));
  return [valueType(c.type(0).dtype, shape), valueType('int64', shape)];
};

export const REDUCE: Readonly<Record<string, InferRule>> = {
  ...Object.fromEntries(
    ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSum', 'LogSumExp'].map(
      (kind) => [`Reduce${kind}`, reduce],
    ),
  ),
  ArgMax: arg,
  ArgMin: arg,
  Softmax: sameAlongAxis,
  LogSoftmax: sameAlongAxis,
  LpNormalization: sameAlongAxis,
  TopK: topK,
};
