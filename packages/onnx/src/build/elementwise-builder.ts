/** @file Builder methods of element-wise operators, and of those that need no options. */
import { GraphError } from '../errors.ts';
import { dtypeCode, type DType } from '../ir/dtype.ts';
import { CoreBuilder, type Value } from './core-builder.ts';

/** A value, or a number that takes the dtype of the other side. */
export type Operand = Value | number;

export class ElementwiseBuilder extends CoreBuilder {
  add(a: Operand, b: Operand): Value {
    return this.binary('Add', a, b);
  }
  sub(a: Operand, b: Operand): Value {
    return this.binary('Sub', a, b);
  }
  mul(a: Operand, b: Operand): Value {
    return this.binary('Mul', a, b);
  }
  div(a: Operand, b: Operand): Value {
    return this.binary('Div', a, b);
  }
  pow(a: Operand, b: Operand): Value {
    return this.binary('Pow', a, b);
  }
  min(a: Operand, b: Operand): Value {
    return this.binary('Min', a, b);
  }
  max(a: Operand, b: Operand): Value {
    return this.binary('Max', a, b);
  }
  greater(a: Operand, b: Operand): Value {
    return this.binary('Greater', a, b);
  }
  less(a: Operand, b: Operand): Value {
    return this.binary('Less', a, b);
  }
  greaterOrEqual(a: Operand, b: Operand): Value {
    return this.binary('GreaterOrEqual', a, b);
  }
  lessOrEqual(a: Operand, b: Operand): Value {
    return this.binary('LessOrEqual', a, b);
  }
  equal(a: Operand, b: Operand): Value {
    return this.binary('Equal', a, b);
  }
  and(a: Value, b: Value): Value {
    return this.op('And', [a, b]);
  }
  or(a: Value, b: Value): Value {
    return this.op('Or', [a, b]);
  }
  not(x: Value): Value {
    return this.op('Not', [x]);
  }
  neg(x: Value): Value {
    return this.op('Neg', [x]);
  }
  abs(x: Value): Value {
    return this.op('Abs', [x]);
  }
  exp(x: Value): Value {
    return this.op('Exp', [x]);
  }
  log(x: Value): Value {
    return this.op('Log', [x]);
  }
  sqrt(x: Value): Value {
    return this.op('Sqrt', [x]);
  }
  reciprocal(x: Value): Value {
    return this.op('Reciprocal', [x]);
  }
  sin(x: Value): Value {
    return this.op('Sin', [x]);
  }
  cos(x: Value): Value {
    return this.op('Cos', [x]);
  }
  tan(x: Value): Value {
    return this.op('Tan', [x]);
  }
  asin(x: Value): Value {
    return this.op('Asin', [x]);
  }
  acos(x: Value): Value {
    return this.op('Acos', [x]);
  }
  atan(x: Value): Value {
    return this.op('Atan', [x]);
  }
  tanh(x: Value): Value {
    return this.op('Tanh', [x]);
  }
  erf(x: Value): Value {
    return this.op('Erf', [x]);
  }
  floor(x: Value): Value {
    return this.op('Floor', [x]);
  }
  sign(x: Value): Value {
    return this.op('Sign', [x]);
  }
  sigmoid(x: Value): Value {
    return this.op('Sigmoid', [x]);
  }
  softplus(x: Value): Value {
    return this.op('Softplus', [x]);
  }
  relu(x: Value): Value {
    return this.op('Relu', [x]);
  }
  identity(x: Value): Value {
    return this.op('Identity', [x]);
  }
  leakyRelu(x: Value, alpha = 0.01): Value {
    return this.op('LeakyRelu', [x], { alpha });
  }
  prelu(x: Value, slope: Value): Value {
    return this.op('PRelu', [x, slope]);
  }
  softmax(x: Value, axis = -1): Value {
    return this.op('Softmax', [x], { axis });
  }
  logSoftmax(x: Value, axis = -1): Value {
    return this.op('LogSoftmax', [x], { axis });
  }
  matMul(a: Value, b: Value): Value {
    return this.op('MatMul', [a, b]);
  }
  globalAveragePool(x: Value): Value {
    return this.op('GlobalAveragePool', [x]);
  }
  concat(parts: readonly Value[], axis: number): Value {
    return this.op('Concat', parts, { axis });
  }
  flatten(x: Value, axis = 1): Value {
    return this.op('Flatten', [x], { axis });
  }
  shapeOf(x: Value): Value {
    return this.op('Shape', [x]);
  }
  cast(x: Value, to: DType): Value {
    return x.dtype === to ? x : this.op('Cast', [x], { to: dtypeCode(to) });
  }

  /** `low` or `high` null leaves that side open. */
  clip(x: Value, low: Operand | null, high: Operand | null): Value {
    const bound = (v: Operand | null): Value | null =>
      v === null ? null : this.operand(v, x.dtype);
    const inputs = [x, bound(low), bound(high)];
    return this.op('Clip', high === null ? inputs.slice(0, low === null ? 1 : 2) : inputs);
  }

  where(condition: Value, yes: Operand, no: Operand): Value {
    const [a, b] = this.pair('Where', yes, no);
    return this.op('Where', [condition, a, b]);
  }

  private binary(opType: string, a: Operand, b: Operand): Value {
    return this.op(opType, this.pair(opType, a, b));
  }

  private pair(opType: string, a: Operand, b: Operand): readonly [Value, Value] {
    if (typeof a !== 'number') return [a, this.operand(b, a.dtype)];
    if (typeof b === 'number')
      throw new GraphError(
        `${opType}: expected at least one value, got the numbers ${a} and ${b}; compute that in TypeScript.`,
      );
    return [this.operand(a, b.dtype), b];
  }

  private operand(v: Operand, dtype: DType): Value {
    return typeof v === 'number' ? this.constant(v, { dtype }) : v;
  }
}
