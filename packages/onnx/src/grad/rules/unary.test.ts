/** @file Gradients of operators of one input. */
import { checkShapes, gradientText, gradientsOfSum, graphOf, vector } from '../../testing/index.ts';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';

const UNARY_SHAPES = [{ x: ['batch', 3] }, { x: [] }, { x: [2, 1, 3] }];

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A graph of one unary operator, small enough to read. */
function one(op: string, opset = 17) {
  return graphOf({ x: ['batch'] }, (b, { x }) => b.op(op, [x as Value]), { opset });
}

function check(
  op: string,
  engine: 'onnxruntime' | 'reference' = 'onnxruntime',
  interval?: Interval,
  opset = 17,
) {
  return checkShapes({
    shapes: UNARY_SHAPES,
    body: (b, { x }) => b.op(op, [x as Value]),
    engine,
    opset,
    ...interval,
  });
}

test('Neg agrees with central differences', async () => {
  expect(gradientText(one('Neg'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      x_grad: float64[batch] = Neg(y_cotangent)
      -> x_grad: float64[batch]"
  `);
  await check('Neg');
});

test('Exp agrees with central differences', async () => {
  expect(gradientText(one('Exp'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      y: float64[batch] = Exp(x)
      x_grad: float64[batch] = Mul(y_cotangent, y)
      -> x_grad: float64[batch]"
  `);
  await check('Exp');
});

test('Sin agrees with central differences', async () => {
  expect(gradientText(one('Sin'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      Sin_0_Grad/Cos_0: float64[batch] = Cos(x)
      x_grad: float64[batch] = Mul(y_cotangent, Sin_0_Grad/Cos_0)
      -> x_grad: float64[batch]"
  `);
  await check('Sin');
});

test('Cos agrees with central differences', async () => {
  expect(gradientText(one('Cos'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      Cos_0_Grad/Sin_0: float64[batch] = Sin(x)
      Cos_0_Grad/Mul_0: float64[batch] = Mul(y_cotangent, Cos_0_Grad/Sin_0)
      x_grad: float64[batch] = Neg(Cos_0_Grad/Mul_0)
      -> x_grad: float64[batch]"
  `);
  await check('Cos');
});

test('Tanh agrees with central differences', async () => {
  expect(gradientText(one('Tanh'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      y: float64[batch] = Tanh(x)
      Tanh_0_Grad/Mul_0: float64[batch] = Mul(y, y)
      Tanh_0_Grad/Sub_0: float64[batch] = Sub(const_0, Tanh_0_Grad/Mul_0)
      x_grad: float64[batch] = Mul(y_cotangent, Tanh_0_Grad/Sub_0)
      -> x_grad: float64[batch]"
  `);
  await check('Tanh');
});

test('Sigmoid agrees with central differences', async () => {
  expect(gradientText(one('Sigmoid'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      y: float64[batch] = Sigmoid(x)
      Sigmoid_0_Grad/Sub_0: float64[batch] = Sub(const_0, y)
      Sigmoid_0_Grad/Mul_0: float64[batch] = Mul(y, Sigmoid_0_Grad/Sub_0)
      x_grad: float64[batch] = Mul(y_cotangent, Sigmoid_0_Grad/Mul_0)
      -> x_grad: float64[batch]"
  `);
  await check('Sigmoid');
});

test('Identity agrees with central differences', async () => {
  expect(gradientText(one('Identity'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      x_grad: float64[batch] = Identity(y_cotangent)
      -> x_grad: float64[batch]"
  `);
  await check('Identity');
});

test('Abs agrees with central differences', async () => {
  expect(gradientText(one('Abs'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      Abs_0_Grad/Sign_0: float64[batch] = Sign(x)
      x_grad: float64[batch] = Mul(y_cotangent, Abs_0_Grad/Sign_0)
      -> x_grad: float64[batch]"
  `);
  await check('Abs');
});

test('Relu agrees with central differences', async () => {
  expect(gradientText(one('Relu'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1e+300}
      const_1 = float64[] {0}
      const_2 = float64[] {1}
      y: float64[batch] = Relu(x)
      Relu_0_Grad/Mul_0: float64[batch] = Mul(y, const_0)
      Relu_0_Grad/Clip_0: float64[batch] = Clip(Relu_0_Grad/Mul_0, const_1, const_2)
      x_grad: float64[batch] = Mul(y_cotangent, Relu_0_Grad/Clip_0)
      -> x_grad: float64[batch]"
  `);
  await check('Relu');
});

test('LeakyRelu agrees with central differences', async () => {
  expect(gradientText(one('LeakyRelu'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1e+300}
      const_1 = float64[] {0.01}
      const_2 = float64[] {1}
      y: float64[batch] = LeakyRelu(x)
      LeakyRelu_0_Grad/Mul_0: float64[batch] = Mul(y, const_0)
      LeakyRelu_0_Grad/Clip_0: float64[batch] = Clip(LeakyRelu_0_Grad/Mul_0, const_1, const_2)
      x_grad: float64[batch] = Mul(y_cotangent, LeakyRelu_0_Grad/Clip_0)
      -> x_grad: float64[batch]"
  `);
  await check('LeakyRelu');
});

test('Atan agrees with central differences', async () => {
  expect(gradientText(one('Atan'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      Atan_0_Grad/Mul_0: float64[batch] = Mul(x, x)
      Atan_0_Grad/Add_0: float64[batch] = Add(Atan_0_Grad/Mul_0, const_0)
      x_grad: float64[batch] = Div(y_cotangent, Atan_0_Grad/Add_0)
      -> x_grad: float64[batch]"
  `);
  await check('Atan', 'reference');
});

test('Sinh agrees with central differences', async () => {
  expect(gradientText(one('Sinh'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      Sinh_0_Grad/Cosh_0: float64[batch] = Cosh(x)
      x_grad: float64[batch] = Mul(y_cotangent, Sinh_0_Grad/Cosh_0)
      -> x_grad: float64[batch]"
  `);
  await check('Sinh', 'reference');
});

test('Cosh agrees with central differences', async () => {
  expect(gradientText(one('Cosh'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      Cosh_0_Grad/Sinh_0: float64[batch] = Sinh(x)
      x_grad: float64[batch] = Mul(y_cotangent, Cosh_0_Grad/Sinh_0)
      -> x_grad: float64[batch]"
  `);
  await check('Cosh', 'reference');
});

test('Asinh agrees with central differences', async () => {
  expect(gradientText(one('Asinh'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      Asinh_0_Grad/Mul_0: float64[batch] = Mul(x, x)
      Asinh_0_Grad/Add_0: float64[batch] = Add(Asinh_0_Grad/Mul_0, const_0)
      Asinh_0_Grad/Sqrt_0: float64[batch] = Sqrt(Asinh_0_Grad/Add_0)
      x_grad: float64[batch] = Div(y_cotangent, Asinh_0_Grad/Sqrt_0)
      -> x_grad: float64[batch]"
  `);
  await check('Asinh', 'reference');
});

test('Softplus agrees with central differences', async () => {
  expect(gradientText(one('Softplus'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      Softplus_0_Grad/Sigmoid_0: float64[batch] = Sigmoid(x)
      x_grad: float64[batch] = Mul(y_cotangent, Softplus_0_Grad/Sigmoid_0)
      -> x_grad: float64[batch]"
  `);
  await check('Softplus', 'reference');
});

test('Softsign agrees with central differences', async () => {
  expect(gradientText(one('Softsign'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      y: float64[batch] = Softsign(x)
      Softsign_0_Grad/Abs_0: float64[batch] = Abs(y)
      Softsign_0_Grad/Sub_0: float64[batch] = Sub(const_0, Softsign_0_Grad/Abs_0)
      Softsign_0_Grad/Mul_0: float64[batch] = Mul(Softsign_0_Grad/Sub_0, Softsign_0_Grad/Sub_0)
      x_grad: float64[batch] = Mul(y_cotangent, Softsign_0_Grad/Mul_0)
      -> x_grad: float64[batch]"
  `);
  await check('Softsign', 'reference');
});

test('Erf agrees with central differences', async () => {
  expect(gradientText(one('Erf'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1.128379}
      Erf_0_Grad/Mul_0: float64[batch] = Mul(x, x)
      Erf_0_Grad/Neg_0: float64[batch] = Neg(Erf_0_Grad/Mul_0)
      Erf_0_Grad/Exp_0: float64[batch] = Exp(Erf_0_Grad/Neg_0)
      Erf_0_Grad/Mul_1: float64[batch] = Mul(Erf_0_Grad/Exp_0, const_0)
      x_grad: float64[batch] = Mul(y_cotangent, Erf_0_Grad/Mul_1)
      -> x_grad: float64[batch]"
  `);
  await check('Erf', 'reference');
});

test('Elu agrees with central differences', async () => {
  expect(gradientText(one('Elu'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {0}
      const_1 = float64[] {1}
      y: float64[batch] = Elu(x)
      Elu_0_Grad/Greater_0: bool[batch] = Greater(x, const_0)
      Elu_0_Grad/Add_0: float64[batch] = Add(y, const_1)
      Elu_0_Grad/Mul_0: float64[batch] = Mul(y_cotangent, Elu_0_Grad/Add_0)
      x_grad: float64[batch] = Where(Elu_0_Grad/Greater_0, y_cotangent, Elu_0_Grad/Mul_0)
      -> x_grad: float64[batch]"
  `);
  await check('Elu', 'reference');
});

test('Selu agrees with central differences', async () => {
  expect(gradientText(one('Selu'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {0}
      const_1 = float64[] {1.050701}
      const_2 = float64[] {1.758099}
      y: float64[batch] = Selu(x)
      Selu_0_Grad/Greater_0: bool[batch] = Greater(x, const_0)
      Selu_0_Grad/Add_0: float64[batch] = Add(y, const_2)
      Selu_0_Grad/Where_0: float64[batch] = Where(Selu_0_Grad/Greater_0, const_1, Selu_0_Grad/Add_0)
      x_grad: float64[batch] = Mul(y_cotangent, Selu_0_Grad/Where_0)
      -> x_grad: float64[batch]"
  `);
  await check('Selu', 'reference');
});

test('Celu agrees with central differences', async () => {
  expect(gradientText(one('Celu'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {0}
      const_1 = float64[] {1}
      y: float64[batch] = Celu(x)
      Celu_0_Grad/Min_0: float64[batch] = Min(y, const_0)
      Celu_0_Grad/Mul_0: float64[batch] = Mul(Celu_0_Grad/Min_0, const_1)
      Celu_0_Grad/Add_0: float64[batch] = Add(Celu_0_Grad/Mul_0, const_1)
      x_grad: float64[batch] = Mul(y_cotangent, Celu_0_Grad/Add_0)
      -> x_grad: float64[batch]"
  `);
  await check('Celu', 'reference');
});

test('HardSigmoid agrees with central differences', async () => {
  expect(gradientText(one('HardSigmoid'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {0}
      const_1 = float64[] {1}
      const_2 = float64[] {0.2}
      y: float64[batch] = HardSigmoid(x)
      HardSigmoid_0_Grad/Greater_0: bool[batch] = Greater(y, const_0)
      HardSigmoid_0_Grad/Less_0: bool[batch] = Less(y, const_1)
      HardSigmoid_0_Grad/And_0: bool[batch] = And(HardSigmoid_0_Grad/Greater_0, HardSigmoid_0_Grad/Less_0)
      HardSigmoid_0_Grad/Mul_0: float64[batch] = Mul(y_cotangent, const_2)
      HardSigmoid_0_Grad/Cast_0: float64[batch] = Cast(HardSigmoid_0_Grad/And_0) {to=11}
      x_grad: float64[batch] = Mul(HardSigmoid_0_Grad/Mul_0, HardSigmoid_0_Grad/Cast_0)
      -> x_grad: float64[batch]"
  `);
  await check('HardSigmoid', 'reference');
});

test('HardSwish agrees with central differences', async () => {
  expect(gradientText(one('HardSwish'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {0.1666667}
      const_1 = float64[] {0.5}
      const_2 = float64[] {0}
      const_3 = float64[] {1}
      const_4 = float64[] {3}
      HardSwish_0_Grad/Mul_0: float64[batch] = Mul(x, const_0)
      HardSwish_0_Grad/Add_0: float64[batch] = Add(HardSwish_0_Grad/Mul_0, const_1)
      HardSwish_0_Grad/Clip_0: float64[batch] = Clip(HardSwish_0_Grad/Add_0, const_2, const_3)
      HardSwish_0_Grad/Abs_0: float64[batch] = Abs(x)
      HardSwish_0_Grad/Less_0: bool[batch] = Less(HardSwish_0_Grad/Abs_0, const_4)
      HardSwish_0_Grad/Cast_0: float64[batch] = Cast(HardSwish_0_Grad/Less_0) {to=11}
      HardSwish_0_Grad/Mul_1: float64[batch] = Mul(x, const_0)
      HardSwish_0_Grad/Mul_2: float64[batch] = Mul(HardSwish_0_Grad/Mul_1, HardSwish_0_Grad/Cast_0)
      HardSwish_0_Grad/Add_1: float64[batch] = Add(HardSwish_0_Grad/Clip_0, HardSwish_0_Grad/Mul_2)
      x_grad: float64[batch] = Mul(y_cotangent, HardSwish_0_Grad/Add_1)
      -> x_grad: float64[batch]"
  `);
  await check('HardSwish', 'reference');
});

test('ThresholdedRelu agrees with central differences', async () => {
  expect(gradientText(one('ThresholdedRelu'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      ThresholdedRelu_0_Grad/Greater_0: bool[batch] = Greater(x, const_0)
      ThresholdedRelu_0_Grad/Cast_0: float64[batch] = Cast(ThresholdedRelu_0_Grad/Greater_0) {to=11}
      x_grad: float64[batch] = Mul(y_cotangent, ThresholdedRelu_0_Grad/Cast_0)
      -> x_grad: float64[batch]"
  `);
  await check('ThresholdedRelu', 'reference');
});

test('Log agrees with central differences', async () => {
  expect(gradientText(one('Log'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      x_grad: float64[batch] = Div(y_cotangent, x)
      -> x_grad: float64[batch]"
  `);
  await check('Log', 'onnxruntime', { low: 0.5, high: 2 });
});

test('Sqrt agrees with central differences', async () => {
  expect(gradientText(one('Sqrt'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {0.5}
      y: float64[batch] = Sqrt(x)
      Sqrt_0_Grad/Mul_0: float64[batch] = Mul(y_cotangent, const_0)
      x_grad: float64[batch] = Div(Sqrt_0_Grad/Mul_0, y)
      -> x_grad: float64[batch]"
  `);
  await check('Sqrt', 'onnxruntime', { low: 0.5, high: 2 });
});

test('Reciprocal agrees with central differences', async () => {
  expect(gradientText(one('Reciprocal'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      y: float64[batch] = Reciprocal(x)
      Reciprocal_0_Grad/Mul_0: float64[batch] = Mul(y, y)
      Reciprocal_0_Grad/Mul_1: float64[batch] = Mul(y_cotangent, Reciprocal_0_Grad/Mul_0)
      x_grad: float64[batch] = Neg(Reciprocal_0_Grad/Mul_1)
      -> x_grad: float64[batch]"
  `);
  await check('Reciprocal', 'onnxruntime', { low: 0.5, high: 2 });
});

test('Asin agrees with central differences', async () => {
  expect(gradientText(one('Asin'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      Asin_0_Grad/Sub_0: float64[batch] = Sub(const_0, x)
      Asin_0_Grad/Add_0: float64[batch] = Add(x, const_0)
      Asin_0_Grad/Mul_0: float64[batch] = Mul(Asin_0_Grad/Sub_0, Asin_0_Grad/Add_0)
      Asin_0_Grad/Sqrt_0: float64[batch] = Sqrt(Asin_0_Grad/Mul_0)
      x_grad: float64[batch] = Div(y_cotangent, Asin_0_Grad/Sqrt_0)
      -> x_grad: float64[batch]"
  `);
  await check('Asin', 'reference', { low: -0.8, high: 0.8 });
});

test('Acos agrees with central differences', async () => {
  expect(gradientText(one('Acos'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      Acos_0_Grad/Sub_0: float64[batch] = Sub(const_0, x)
      Acos_0_Grad/Add_0: float64[batch] = Add(x, const_0)
      Acos_0_Grad/Mul_0: float64[batch] = Mul(Acos_0_Grad/Sub_0, Acos_0_Grad/Add_0)
      Acos_0_Grad/Sqrt_0: float64[batch] = Sqrt(Acos_0_Grad/Mul_0)
      Acos_0_Grad/Div_0: float64[batch] = Div(y_cotangent, Acos_0_Grad/Sqrt_0)
      x_grad: float64[batch] = Neg(Acos_0_Grad/Div_0)
      -> x_grad: float64[batch]"
  `);
  await check('Acos', 'reference', { low: -0.8, high: 0.8 });
});

test('Atanh agrees with central differences', async () => {
  expect(gradientText(one('Atanh'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      Atanh_0_Grad/Sub_0: float64[batch] = Sub(const_0, x)
      Atanh_0_Grad/Add_0: float64[batch] = Add(x, const_0)
      Atanh_0_Grad/Mul_0: float64[batch] = Mul(Atanh_0_Grad/Sub_0, Atanh_0_Grad/Add_0)
      x_grad: float64[batch] = Div(y_cotangent, Atanh_0_Grad/Mul_0)
      -> x_grad: float64[batch]"
  `);
  await check('Atanh', 'reference', { low: -0.8, high: 0.8 });
});

test('Tan agrees with central differences', async () => {
  expect(gradientText(one('Tan'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      y: float64[batch] = Tan(x)
      Tan_0_Grad/Mul_0: float64[batch] = Mul(y, y)
      Tan_0_Grad/Add_0: float64[batch] = Add(Tan_0_Grad/Mul_0, const_0)
      x_grad: float64[batch] = Mul(y_cotangent, Tan_0_Grad/Add_0)
      -> x_grad: float64[batch]"
  `);
  await check('Tan', 'reference', { low: -0.8, high: 0.8 });
});

test('Acosh agrees with central differences', async () => {
  expect(gradientText(one('Acosh'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {1}
      Acosh_0_Grad/Sub_0: float64[batch] = Sub(x, const_0)
      Acosh_0_Grad/Add_0: float64[batch] = Add(x, const_0)
      Acosh_0_Grad/Mul_0: float64[batch] = Mul(Acosh_0_Grad/Sub_0, Acosh_0_Grad/Add_0)
      Acosh_0_Grad/Sqrt_0: float64[batch] = Sqrt(Acosh_0_Grad/Mul_0)
      x_grad: float64[batch] = Div(y_cotangent, Acosh_0_Grad/Sqrt_0)
      -> x_grad: float64[batch]"
  `);
  await check('Acosh', 'reference', { low: 1.5, high: 3 });
});

test('Mish agrees with central differences', async () => {
  expect(gradientText(one('Mish', 18))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 18
      const_0 = float64[] {1}
      Mish_0_Grad/Softplus_0: float64[batch] = Softplus(x)
      Mish_0_Grad/Tanh_0: float64[batch] = Tanh(Mish_0_Grad/Softplus_0)
      Mish_0_Grad/Sigmoid_0: float64[batch] = Sigmoid(x)
      Mish_0_Grad/Mul_0: float64[batch] = Mul(x, Mish_0_Grad/Sigmoid_0)
      Mish_0_Grad/Mul_1: float64[batch] = Mul(Mish_0_Grad/Tanh_0, Mish_0_Grad/Tanh_0)
      Mish_0_Grad/Sub_0: float64[batch] = Sub(const_0, Mish_0_Grad/Mul_1)
      Mish_0_Grad/Mul_2: float64[batch] = Mul(Mish_0_Grad/Mul_0, Mish_0_Grad/Sub_0)
      Mish_0_Grad/Add_0: float64[batch] = Add(Mish_0_Grad/Tanh_0, Mish_0_Grad/Mul_2)
      x_grad: float64[batch] = Mul(y_cotangent, Mish_0_Grad/Add_0)
      -> x_grad: float64[batch]"
  `);
  await check('Mish', 'reference', undefined, 18);
});

test('Gelu agrees with central differences', async () => {
  expect(gradientText(one('Gelu', 20))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 20
      const_0 = float64[] {0.7071068}
      const_1 = float64[] {1}
      const_2 = float64[] {0.5}
      const_3 = float64[] {-0.5}
      const_4 = float64[] {0.3989423}
      Gelu_0_Grad/Mul_0: float64[batch] = Mul(x, const_0)
      Gelu_0_Grad/Erf_0: float64[batch] = Erf(Gelu_0_Grad/Mul_0)
      Gelu_0_Grad/Add_0: float64[batch] = Add(Gelu_0_Grad/Erf_0, const_1)
      Gelu_0_Grad/Mul_1: float64[batch] = Mul(Gelu_0_Grad/Add_0, const_2)
      Gelu_0_Grad/Mul_2: float64[batch] = Mul(x, x)
      Gelu_0_Grad/Mul_3: float64[batch] = Mul(Gelu_0_Grad/Mul_2, const_3)
      Gelu_0_Grad/Exp_0: float64[batch] = Exp(Gelu_0_Grad/Mul_3)
      Gelu_0_Grad/Mul_4: float64[batch] = Mul(Gelu_0_Grad/Exp_0, const_4)
      Gelu_0_Grad/Mul_5: float64[batch] = Mul(x, Gelu_0_Grad/Mul_4)
      Gelu_0_Grad/Add_1: float64[batch] = Add(Gelu_0_Grad/Mul_1, Gelu_0_Grad/Mul_5)
      x_grad: float64[batch] = Mul(y_cotangent, Gelu_0_Grad/Add_1)
      -> x_grad: float64[batch]"
  `);
  await check('Gelu', 'reference', undefined, 20);
});

test('Gelu in its tanh form agrees with central differences', async () => {
  await checkShapes({
    shapes: UNARY_SHAPES,
    body: (b, { x }) => b.op('Gelu', [x as Value], { approximate: 'tanh' }),
    engine: 'reference',
    opset: 20,
  });
});

test('kinks take the documented subgradients', async () => {
  const at = async (op: string, ...values: readonly number[]) =>
    (await gradientsOfSum(one(op), { x: vector(...values) }))['x'];
  expect(await at('Abs', -2, 0, 2)).toEqual([-1, 0, 1]);
  expect(await at('Relu', -2, 0, 2)).toEqual([0, 0, 1]);
  expect((await at('LeakyRelu', -2, 0, 2))?.map((v) => Math.fround(v))).toEqual(
    [0.01, 0.01, 1].map(Math.fround),
  );
});

test('Relu keeps tiny positive numbers apart from zero', async () => {
  expect(await gradientsOfSum(one('Relu'), { x: vector(1e-290, -1e-290) })).toEqual({ x: [1, 0] });
});

test('flat operators give zeros, not errors', async () => {
  for (const op of ['Floor', 'Ceil', 'Round', 'Sign']) {
    const graph = graphOf({ x: ['batch'] }, (b, { x }) => b.op(op, [x as Value]));
    expect(await gradientsOfSum(graph, { x: vector(0.3, -1.2) })).toEqual({ x: [0, 0] });
  }
});

test('Cast gives its gradient back in the dtype of its input', async () => {
  const graph = graphOf({ x: ['batch'] }, (b, { x }) =>
    b.cast(b.cast(x as Value, 'float32'), 'float64'),
  );
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      Cast_1_Grad/Cast_0: float32[batch] = Cast(y_cotangent) {to=1}
      x_grad: float64[batch] = Cast(Cast_1_Grad/Cast_0) {to=11}
      -> x_grad: float64[batch]"
  `);
  expect(await gradientsOfSum(graph, { x: vector(1, 2) })).toEqual({ x: [1, 1] });
});

test('CastLike gives its gradient back in the dtype of its first input', () => {
  const b = new GraphBuilder({ name: 'f' });
  const x = b.input('x', 'float64', ['batch']);
  b.output('y', b.op('CastLike', [x, b.input('like', 'float32', [])]));
  expect(gradientText(b.build(), ['x', 'like'])).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], like: float32[], y_cotangent: float32[batch]) opset 17
      const_0 = float32[] {0}
      x_grad: float64[batch] = Cast(y_cotangent) {to=11}
      Shape_0: int64[0] = Shape(like)
      like_grad: float32[] = Expand(const_0, Shape_0)
      -> x_grad: float64[batch], like_grad: float32[]"
  `);
});

test('Shrink lets dy pass outside its interval, and nothing at the jumps', async () => {
  const graph = graphOf({ x: [5] }, (b, { x }) =>
    b.op('Shrink', [x as Value], { lambd: 0.5, bias: 0.25 }),
  );
  const text = gradientText(graph);
  expect(text).toMatchInlineSnapshot(`
    "f_gradient(x: float64[5], y_cotangent: float64[5]) opset 17
      const_0 = float64[] {0.5}
      Shrink_0_Grad/Abs_0: float64[5] = Abs(x)
      Shrink_0_Grad/Greater_0: bool[5] = Greater(Shrink_0_Grad/Abs_0, const_0)
      Shrink_0_Grad/Cast_0: float64[5] = Cast(Shrink_0_Grad/Greater_0) {to=11}
      x_grad: float64[5] = Mul(y_cotangent, Shrink_0_Grad/Cast_0)
      -> x_grad: float64[5]"
  `);
  const { x } = await gradientsOfSum(graph, { x: vector(-1, -0.5, 0, 0.5, 0.75) });
  expect(x).toEqual([1, 0, 0, 0, 1]);
});

test('Hardmax and EyeLike are constants to the gradient', async () => {
  for (const op of ['Hardmax', 'EyeLike']) {
    const graph = graphOf({ x: [2, 3] }, (b, { x }) => b.mul(x as Value, b.op(op, [x as Value])));
    expect(gradientText(graph)).not.toContain(`${op}_0_Grad`);
  }
});

test('no gradient passes through a Cast to integers', async () => {
  const graph = graphOf({ x: ['batch'] }, (b, { x }) =>
    b.cast(b.cast(x as Value, 'int64'), 'float64'),
  );
  expect(await gradientsOfSum(graph, { x: vector(1.5, 2) })).toEqual({ x: [0, 0] });
});

test('Dropout is the identity in inference and refused in training', async () => {
  await checkShapes({
    shapes: [{ x: ['batch', 3] }],
    body: (b, { x }) => b.op('Dropout', [x as Value]),
  });
  const training = () =>
    graphOf({ x: [2] }, (b, { x }) =>
      b.op('Dropout', [x as Value, b.constant(0.5), b.constant(1, { dtype: 'bool' })]),
    );
  expect(training).toThrow(/Dropout 'Dropout_0': expected inference mode/);
});
