/** @file Fluent arithmetic on graph values, so that anatomy reads as formulas and every step maps to one smooth ONNX operator. */
import type { GraphBuilder, Value } from '@colloid/onnx';

/** Anything a formula may combine: a field of the graph or a plain number. */
export type Term = Field | number;

/**
 * A float32 value of the graph being built: per image `[batch, 1, 1, 1]`, per pixel `[batch, 1, rows, columns]`, or a constant
 * that broadcasts to either.
 */
export class Field {
  readonly builder: GraphBuilder;
  readonly value: Value;

  constructor(builder: GraphBuilder, value: Value) {
    this.builder = builder;
    this.value = value;
  }

  add(other: Term): Field {
    return other === 0 ? this : this.#binary('Add', other);
  }

  sub(other: Term): Field {
    return other === 0 ? this : this.#binary('Sub', other);
  }

  mul(other: Term): Field {
    return other === 1 ? this : this.#binary('Mul', other);
  }

  /** Divides by a number (folded into a multiplication) or by a field that the caller keeps away from zero. */
  div(other: Term): Field {
    return typeof other === 'number' ? this.mul(1 / other) : this.#binary('Div', other);
  }

  square(): Field {
    return this.#binary('Mul', this);
  }

  neg(): Field {
    return this.#unary('Neg');
  }

  exp(): Field {
    return this.#unary('Exp');
  }

  sin(): Field {
    return this.#unary('Sin');
  }

  cos(): Field {
    return this.#unary('Cos');
  }

  sigmoid(): Field {
    return this.#unary('Sigmoid');
  }

  tanh(): Field {
    return this.#unary('Tanh');
  }

  reciprocal(): Field {
    return this.#unary('Reciprocal');
  }

  /** Square root of this plus `floor` > 0, which keeps the gradient finite at zero. */
  sqrt(floor: number): Field {
    return this.add(floor).#unary('Sqrt');
  }

  /** 1 - this. */
  complement(): Field {
    return constant(this.builder, 1).#binary('Sub', this);
  }

  /** |this| rounded off within about `radius` of zero. */
  abs(radius: number): Field {
    return this.square().sqrt(radius * radius);
  }

  /** max(0, this) rounded off within about `radius` of zero; always positive. */
  positivePart(radius: number): Field {
    return this.abs(radius).add(this).mul(0.5);
  }

  /**
   * max(minimum, this): for a divisor that would cross zero outside what is seen. It has a kink at `minimum`, and no gradient below, so
   * keep both where their pixels weigh nothing.
   */
  atLeast(minimum: number): Field {
    return this.#binary('Max', minimum);
  }

  /**
   * Rises from 0 to 1 where this crosses zero upwards (downwards if `width` is negative); `width` is the distance in which it goes from
   * one half to 0.73.
   */
  step(width: number): Field {
    return this.div(width).sigmoid();
  }

  /** exp(-(this / width)^2 / 2). */
  bell(width: number): Field {
    return this.mul(-0.5 / width ** 2)
      .mul(this)
      .exp();
  }

  /** this (1 - weight) + other weight. */
  lerp(other: Term, weight: Term): Field {
    const difference =
      typeof other === 'number' ? constant(this.builder, other).sub(this) : other.sub(this);
    return difference.mul(weight).add(this);
  }

  #binary(operator: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Max', other: Term): Field {
    const right = typeof other === 'number' ? this.builder.constant(other) : other.value;
    return new Field(this.builder, this.builder.op(operator, [this.value, right]));
  }

  #unary(
    operator: 'Neg' | 'Exp' | 'Sin' | 'Cos' | 'Sigmoid' | 'Tanh' | 'Reciprocal' | 'Sqrt',
  ): Field {
    return new Field(this.builder, this.builder.op(operator, [this.value]));
  }
}

/** A scalar constant. */
export function constant(builder: GraphBuilder, number: number): Field {
  return new Field(builder, builder.constant(number));
}

/** A float32 constant of shape `dims`. */
export function table(
  builder: GraphBuilder,
  data: Float32Array | readonly number[],
  dims: readonly number[],
): Field {
  return new Field(builder, builder.constant(Float32Array.from(data), { dtype: 'float32', dims }));
}

/** The sum of at least one field. */
export function sum(first: Field, ...rest: readonly Field[]): Field {
  return rest.reduce((total, field) => total.add(field), first);
}

/** Fields of the same number of dimensions next to each other along `axis`. */
export function concat(fields: readonly [Field, ...Field[]], axis: number): Field {
  const { builder } = fields[0];
  return new Field(
    builder,
    builder.op(
      'Concat',
      fields.map((field) => field.value),
      { axis },
    ),
  );
}

/** The same numbers in another shape; 0 keeps a dimension, -1 takes what is left. */
export function reshape(field: Field, dims: readonly number[]): Field {
  const { builder } = field;
  return new Field(builder, builder.op('Reshape', [field.value, indices(builder, dims)]));
}

/** Matrix product over the last two dimensions, broadcast over the others. */
export function matMul(left: Field, right: Field): Field {
  return new Field(left.builder, left.builder.op('MatMul', [left.value, right.value]));
}

export function transpose(field: Field, permutation: readonly number[]): Field {
  return new Field(
    field.builder,
    field.builder.op('Transpose', [field.value], { perm: permutation }),
  );
}

/** Elements `start` (inclusive) to `end` (exclusive) along each of `axes`. */
export function slice(field: Field, start: number, end: number, ...axes: readonly number[]): Field {
  const { builder } = field;
  const inputs = [axes.map(() => start), axes.map(() => end), axes].map((list) =>
    indices(builder, list),
  );
  return new Field(builder, builder.op('Slice', [field.value, ...inputs]));
}

/** Cross-correlation with a constant kernel `[outputs, 1, 3, 3]`, zero padded. */
export function convolve3(field: Field, kernel: readonly number[], outputs: number): Field {
  const { builder } = field;
  const weights = table(builder, kernel, [outputs, 1, 3, 3]);
  return new Field(
    builder,
    builder.op('Conv', [field.value, weights.value], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  );
}

function indices(builder: GraphBuilder, list: readonly number[]): Value {
  return builder.constant(BigInt64Array.from(list, BigInt), {
    dtype: 'int64',
    dims: [list.length],
  });
}
