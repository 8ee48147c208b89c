/** @file Types of element-wise operators. */
import { valueType } from '../ir/graph.ts';
import { dtypeOfCode } from '../ir/dtype.ts';
import type { InferRule } from './context.ts';

const sameAsFirst: InferRule = (c) => c.like(c.shape(0));

const binary: InferRule = (c) => {
  const dtype = c.sameDtype([0, 1]);
  return [valueType(dtype, c.broadcast([0, 1]))];
};

const power: InferRule = (c) => [valueType(c.type(0).dtype, c.broadcast([0, 1]))];

const variadic: InferRule = (c) => {
  const indices = c.node.inputs.map((_, at) => at);
  return [valueType(c.sameDtype(indices), c.broadcast(indices))];
};

const comparison: InferRule = (c) => {
  c.sameDtype([0, 1]);
  return [valueType('bool', c.broadcast([0, 1]))];
};

const logical: InferRule = (c) => {
  if (c.type(0).dtype !== 'bool' || c.type(1).dtype !== 'bool') c.fail('expected bool inputs');
  return [valueType('bool', c.broadcast([0, 1]))];
};

const test: InferRule = (c) => [valueType('bool', c.shape(0))];

const prelu: InferRule = (c) => {
  c.sameDtype([0, 1]);
  const shape = c.broadcast([0, 1]);
  if (shape.length !== c.shape(0).length) c.fail('expected a slope that broadcasts to the input');
  return c.like(c.shape(0));
};

const dropout: InferRule = (c) => {
  const training = c.constant(2);
  if (c.has(2) && (!training || Number(training.data[0]) !== 0))
    c.fail(
      'expected inference mode (training_mode absent or constant false); export the model with eval()',
    );
  return [c.type(0), valueType('bool', c.shape(0))].slice(0, c.node.outputs.length);
};

export const ELEMENTWISE: Readonly<Record<string, InferRule>> = {
  ...Object.fromEntries(
    [
      'Neg',
      'Abs',
      'Exp',
      'Log',
      'Sqrt',
      'Reciprocal',
      'Sin',
      'Cos',
      'Tan',
      'Asin',
      'Acos',
      'Atan',
      'Sinh',
      'Cosh',
      'Tanh',
      'Asinh',
      'Acosh',
      'Atanh',
      'Sigmoid',
      'Softplus',
      'Softsign',
      'Erf',
      'Relu',
      'LeakyRelu',
      'Elu',
      'Selu',
      'Celu',
      'HardSigmoid',
      'HardSwish',
      'Mish',
      'Gelu',
      'ThresholdedRelu',
      'Floor',
      'Ceil',
      'Round',
      'Sign',
      'Identity',
      'Clip',
      'Not',
      'CumSum',
      'Shrink',
      'Hardmax',
    ].map((op) => [op, sameAsFirst]),
  ),
  ...Object.fromEntries(['Add', 'Sub', 'Mul', 'Div', 'Mod'].map((op) => [op, binary])),
  ...Object.fromEntries(['Min', 'Max', 'Sum', 'Mean'].map((op) => [op, variadic])),
  ...Object.fromEntries(
    ['Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual', 'Equal'].map((op) => [op, comparison]),
  ),
  ...Object.fromEntries(['And', 'Or', 'Xor'].map((op) => [op, logical])),
  IsNaN: test,
  IsInf: test,
  Pow: power,
  PRelu: prelu,
  Dropout: dropout,
  Cast: (c) => [valueType(dtypeOfCode(c.int('to', 0), `Cast '${c.node.name}'`), c.shape(0))],
  CastLike: (c) => [valueType(c.type(1).dtype, c.shape(0))],
  Where: (c) => {
    if (c.type(0).dtype !== 'bool') c.fail(`expected a bool condition, got ${c.type(0).dtype}`);
    return [valueType(c.sameDtype([1, 2]), c.broadcast([0, 1, 2]))];
  },
};
