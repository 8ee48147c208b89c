/** @file A small float64 interpreter of element-wise graphs, for operators that onnxruntime has no float64 of. */
import { broadcastShapes } from '../ir/dim.ts';
import { dtypeOfCode, isFloat } from '../ir/dtype.ts';
import { floatAttribute, intAttribute, stringAttribute } from '../ir/attribute.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { tensorFrom, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import type { OpenGraph } from './run.ts';

type Scalar = (node: Node, ...values: readonly number[]) => number;

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const SCALARS: Readonly<Record<string, Scalar>> = {
  Identity: (_, x = 0) => x,
  Neg: (_, x = 0) => -x,
  Abs: (_, x = 0) => Math.abs(x),
  Sign: (_, x = 0) => Math.sign(x),
  Exp: (_, x = 0) => Math.exp(x),
  Log: (_, x = 0) => Math.log(x),
  Sqrt: (_, x = 0) => Math.sqrt(x),
  Reciprocal: (_, x = 0) => 1 / x,
  Sin: (_, x = 0) => Math.sin(x),
  Cos: (_, x = 0) => Math.cos(x),
  Tan: (_, x = 0) => Math.tan(x),
  Asin: (_, x = 0) => Math.asin(x),
  Acos: (_, x = 0) => Math.acos(x),
  Atan: (_, x = 0) => Math.atan(x),
  Sinh: (_, x = 0) => Math.sinh(x),
  Cosh: (_, x = 0) => Math.cosh(x),
  Tanh: (_, x = 0) => Math.tanh(x),
  Asinh: (_, x = 0) => Math.asinh(x),
  Acosh: (_, x = 0) => Math.acosh(x),
  Atanh: (_, x = 0) => Math.atanh(x),
  Erf: (_, x = 0) => erf(x),
  Relu: (_, x = 0) => Math.max(x, 0),
  Sigmoid: (_, x = 0) => 1 / (1 + Math.exp(-x)),
  Softplus: (_, x = 0) => softplus(x),
  Softsign: (_, x = 0) => x / (1 + Math.abs(x)),
  Mish: (_, x = 0) => x * Math.tanh(softplus(x)),
  HardSwish: (_, x = 0) => x * clamp(x / 6 + 0.5, 0, 1),
  Elu: (n, x = 0) => (x > 0 ? x : floatAttribute(n, 'alpha', 1) * Math.expm1(x)),
  Celu: (n, x = 0) => {
    const alpha = floatAttribute(n, 'alpha', 1);
    return Math.max(x, 0) + Math.min(0, alpha * Math.expm1(x / alpha));
  },
  Selu: (n, x = 0) => {
    const scaled =
      x > 0 ? x : floatAttribute(n, 'alpha', 1.67326319217681884765625) * Math.expm1(x);
    return scaled * floatAttribute(n, 'gamma', 1.05070102214813232421875);
  },
  LeakyRelu: (n, x = 0) => (x > 0 ? x : floatAttribute(n, 'alpha', 0.01) * x),
  ThresholdedRelu: (n, x = 0) => (x > floatAttribute(n, 'alpha', 1) ? x : 0),
  HardSigmoid: (n, x = 0) =>
    clamp(floatAttribute(n, 'alpha', 0.2) * x + floatAttribute(n, 'beta', 0.5), 0, 1),
  Gelu: (n, x = 0) =>
    stringAttribute(n, 'approximate', 'none') === 'tanh'
      ? (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : (x / 2) * (1 + erf(x * Math.SQRT1_2)),
  Add: (_, a = 0, b = 0) => a + b,
  Sub: (_, a = 0, b = 0) => a - b,
  Mul: (_, a = 0, b = 0) => a * b,
  Div: (_, a = 0, b = 0) => a / b,
  Pow: (_, a = 0, b = 0) => a ** b,
  Min: (_, ...values) => Math.min(...values),
  Max: (_, ...values) => Math.max(...values),
  Clip: (_, x = 0, low = -Infinity, high = Infinity) => clamp(x, low, high),
  Greater: (_, a = 0, b = 0) => Number(a > b),
  Less: (_, a = 0, b = 0) => Number(a < b),
  Equal: (_, a = 0, b = 0) => Number(a === b),
  And: (_, a = 0, b = 0) => Number(a !== 0 && b !== 0),
  Where: (_, condition = 0, yes = 0, no = 0) => (condition ? yes : no),
  Cast: (_, x = 0) => x,
};

const BOOLEAN = new Set(['Greater', 'Less', 'Equal', 'And']);

/** The graph as something that runs, in float64. @throws for an operator it does not know. */
export function openReference(graph: Graph): OpenGraph {
  return {
    run: (feeds) => Promise.resolve(evaluate(graph, feeds)),
    close: () => Promise.resolve(),
  };
}

function evaluate(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> {
  const values = new Map<string, Tensor>([...graph.initialisers, ...Object.entries(feeds)]);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => values.get(name));
    values.set(node.outputs[0] ?? '', apply(node, inputs));
  }
  return Object.fromEntries(graph.outputs.map(({ name }) => [name, values.get(name) as Tensor]));
}

function apply(node: Node, inputs: readonly (Tensor | undefined)[]): Tensor {
  const scalar = SCALARS[node.opType];
  if (!scalar) throw new Error(`The reference interpreter has no ${node.opType}.`);
  const present = inputs.filter((t) => t !== undefined);
  let dims: readonly number[] = [];
  for (const t of present) dims = broadcastShapes(dims, t.dims) as readonly number[];
  const readers = inputs.map((t) => (t ? reader(t, dims) : () => undefined));
  const count = dims.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, (_, at) =>
    scalar(node, ...(readers.map((read) => read(at)) as number[])),
  );
  if (BOOLEAN.has(node.opType)) return tensorFrom('bool', values, dims);
  if (node.opType === 'Cast')
    return tensorFrom(dtypeOfCode(intAttribute(node, 'to', 0), 'Cast'), values, dims);
  return tensorFrom(present.find((t) => isFloat(t.dtype))?.dtype ?? 'float64', values, dims);
}

/** Reads a tensor at flat positions of a broadcast shape. */
function reader(t: Tensor, dims: readonly number[]): (at: number) => number {
  const values = tensorNumbers(t);
  const lead = dims.length - t.dims.length;
  return (at) => {
    let rest = at;
    let position = 0;
    let stride = 1;
    for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
      const size = dims[axis] as number;
      const own = axis >= lead ? (t.dims[axis - lead] as number) : 1;
      if (own !== 1) {
        position += (rest % size) * stride;
        stride *= own;
      }
      rest = Math.floor(rest / size);
    }
    return values[position] as number;
  };
}

/** erf by its Taylor series up to 3, by the continued fraction of erfc beyond; good to 1e-15. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 3) {
    let tail = 0;
    for (let k = 60; k >= 1; k -= 1) tail = k / 2 / (a + tail);
    return Math.sign(x) * (1 - Math.exp(-a * a) / ((a + tail) * Math.sqrt(Math.PI)));
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n += 1) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
