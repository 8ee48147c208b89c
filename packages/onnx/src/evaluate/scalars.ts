/** @file Element-wise operators on numbers, in float64. */
import { floatAttribute, stringAttribute } from '../ir/attribute.ts';
import type { Node } from '../ir/graph.ts';

/** The value of an operator at one element; absent optional inputs are undefined. */
export type Scalar = (node: Node, ...values: readonly number[]) => number;

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Element-wise operators as functions of numbers. */
export const SCALARS: Readonly<Record<string, Scalar>> = {
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
  Sum: (_, ...values) => values.reduce((a, b) => a + b),
  Mean: (_, ...values) => values.reduce((a, b) => a + b) / values.length,
  Floor: (_, x = 0) => Math.floor(x),
  Ceil: (_, x = 0) => Math.ceil(x),
  PRelu: (_, x = 0, slope = 0) => (x < 0 ? slope * x : x),
  Greater: (_, a = 0, b = 0) => Number(a > b),
  Less: (_, a = 0, b = 0) => Number(a < b),
  GreaterOrEqual: (_, a = 0, b = 0) => Number(a >= b),
  LessOrEqual: (_, a = 0, b = 0) => Number(a <= b),
  Equal: (_, a = 0, b = 0) => Number(a === b),
  And: (_, a = 0, b = 0) => Number(a !== 0 && b !== 0),
  Or: (_, a = 0, b = 0) => Number(a !== 0 || b !== 0),
  Xor: (_, a = 0, b = 0) => Number((a !== 0) !== (b !== 0)),
  Not: (_, a = 0) => Number(a === 0),
  Where: (_, condition = 0, yes = 0, no = 0) => (condition ? yes : no),
  Cast: (_, x = 0) => x,
};

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
