/** @file Element-wise operators, reductions and matrix products of constants, computed in float64. */
import { reductionAxes } from '../infer/reduce.ts';
import { isFloat, type DType } from '../ir/dtype.ts';
import type { Node } from '../ir/graph.ts';
import { tensorFrom, tensorValues, type Tensor } from '../ir/tensor.ts';
import type { EvaluateRule } from './evaluate-node.ts';
import { places, positions, stridesOf, type AxisReader } from './layout.ts';
import { SCALARS, type Scalar } from './scalars.ts';

function elementwise(scalar: Scalar): EvaluateRule {
  return ({ context: { node }, inputs, types, dims: [target] }) => {
    const type = types[0];
    if (!type || !target) return undefined;
    const count = target.reduce((a, b) => a * b, 1);
    const operands = inputs.map((input) => input && operandOf(input, target));
    const values = new Float64Array(count);
    const [a, b] = operands;
    // Weights have millions of elements: one or two operands, which nearly all operators have, are read without a list per element.
    if (a && operands.length === 1)
      for (let at = 0; at < count; at += 1) values[at] = scalar(node, valueOf(a, at));
    else if (a && b && operands.length === 2)
      for (let at = 0; at < count; at += 1)
        values[at] = scalar(node, valueOf(a, at), valueOf(b, at));
    else
      for (let at = 0; at < count; at += 1)
        values[at] = scalar(node, ...(operands.map((o) => o && valueOf(o, at)) as number[]));
    return [tensorFrom(type.dtype, roundedFor(type.dtype, node, values), target)];
  };
}

/** Integer division truncates; a cast to a narrow float has no say before it is written. */
function roundedFor(dtype: DType, { opType }: Node, values: Float64Array): Float64Array {
  return opType === 'Div' && !isFloat(dtype) ? values.map(Math.trunc) : values;
}

/** A tensor at flat positions of a shape that it broadcasts to. */
interface Operand {
  readonly values: ArrayLike<number>;
  /** By flat position, that of the tensor's element; undefined where it is the position times the step. */
  readonly from?: Float64Array;
  /** 1, or 0 where one value stands for all. */
  readonly step: number;
}

function valueOf({ values, from, step }: Operand, at: number): number {
  return values[from ? (from[at] as number) : at * step] as number;
}

function operandOf(input: Tensor, target: readonly number[]): Operand {
  const values = tensorValues(input);
  if (values.length === 1) return { values, step: 0 };
  const lead = target.length - input.dims.length;
  if (lead === 0 && input.dims.every((size, axis) => size === target[axis]))
    return { values, step: 1 };
  const strides = stridesOf(input.dims);
  const from = positions(
    target.map((size, axis) => {
      const isOwn = axis >= lead && input.dims[axis - lead] !== 1;
      return { stride: isOwn ? (strides[axis - lead] as number) : 0, at: places(size) };
    }),
  );
  return { values, from, step: 1 };
}

interface Fold {
  readonly start: number;
  readonly add: (sum: number, x: number) => number;
  readonly end?: (sum: number, count: number) => number;
}

const plus = (sum: number, x: number): number => sum + x;

const REDUCTIONS: Readonly<Record<string, Fold>> = {
  ReduceSum: { start: 0, add: plus },
  ReduceMean: { start: 0, add: plus, end: (sum, count) => sum / count },
  ReduceProd: { start: 1, add: (product, x) => product * x },
  ReduceMax: { start: -Infinity, add: Math.max },
  ReduceMin: { start: Infinity, add: Math.min },
  ReduceL1: { start: 0, add: (sum, x) => sum + Math.abs(x) },
  ReduceL2: { start: 0, add: (sum, x) => sum + x * x, end: Math.sqrt },
  ReduceSumSquare: { start: 0, add: (sum, x) => sum + x * x },
};

function reduction({ start, add, end }: Fold): EvaluateRule {
  return ({ context, inputs: [x], dims: [target] }) => {
    if (!x || !target) return undefined;
    const reduced = reductionAxes(context);
    const strides = stridesOf(x.dims);
    const reader = (axis: number): AxisReader => ({
      stride: strides[axis] as number,
      at: places(x.dims[axis] as number),
    });
    const bases = positions(
      places(x.dims.length)
        .filter((axis) => !reduced.includes(axis))
        .map(reader),
    );
    const offsets = positions(reduced.map(reader));
    const values = tensorValues(x);
    const results = bases.map((base) => {
      let sum = start;
      for (let at = 0; at < offsets.length; at += 1)
        sum = add(sum, values[base + (offsets[at] as number)] as number);
      return end ? end(sum, offsets.length) : sum;
    });
    return [tensorFrom(x.dtype, results, target)];
  };
}

/** Two matrices, or a matrix and a vector turned into one; stacks of matrices are left to the runtime. */
const matMul: EvaluateRule = ({ inputs: [a, b], dims: [target] }) => {
  if (a?.dims.length !== 2 || b?.dims.length !== 2 || !target) return undefined;
  return [tensorFrom(a.dtype, product(matrix(a, false), matrix(b, false)), target)];
};

const gemm: EvaluateRule = ({ context: c, inputs: [a, b, bias], dims: [target] }) => {
  if (!a || !b || !target) return undefined;
  const sums = product(matrix(a, c.int('transA', 0) === 1), matrix(b, c.int('transB', 0) === 1));
  const [alpha, beta] = [c.float('alpha', 1), c.float('beta', 1)];
  const added = bias && operandOf(bias, target);
  const values = sums.map((sum, at) => alpha * sum + (added ? beta * valueOf(added, at) : 0));
  return [tensorFrom(a.dtype, values, target)];
};

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number;
}

function matrix(t: Tensor, isTransposed: boolean): Matrix {
  const values = tensorValues(t);
  const [rows, columns] = t.dims as readonly [number, number];
  return isTransposed
    ? { rows: columns, columns: rows, at: (row, column) => values[column * columns + row] ?? 0 }
    : { rows, columns, at: (row, column) => values[row * columns + column] ?? 0 };
}

function product(a: Matrix, b: Matrix): number[] {
  return Array.from({ length: a.rows * b.columns }, (_, at) => {
    const [row, column] = [Math.floor(at / b.columns), at % b.columns];
    let sum = 0;
    for (let inner = 0; inner < a.columns; inner += 1)
      sum += a.at(row, inner) * b.at(inner, column);
    return sum;
  });
}

export const ARITHMETIC: Readonly<Record<string, EvaluateRule>> = {
  ...Object.fromEntries(Object.entries(SCALARS).map(([op, scalar]) => [op, elementwise(scalar)])),
  ...Object.fromEntries(Object.entries(REDUCTIONS).map(([op, fold]) => [op, reduction(fold)])),
  MatMul: matMul,
  Gemm: gemm,
};
