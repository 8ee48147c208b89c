/** @file Pieces that several gradient rules share. */
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';
import { reductionAxes } from '../infer/reduce.ts';
import { elementCount, type Dim } from '../ir/dim.ts';
import type { DType } from '../ir/dtype.ts';
import { tensor } from '../ir/tensor.ts';
import type { Gradients, VjpContext } from './rule.ts';

/** A factor that takes any normal number beyond 1, per dtype; float16 has none. */
const STEEP: Partial<Record<DType, number>> = { float32: 1e30, float64: 1e300 };

/** Norms below these come from squares that vanish, so nothing is lost by keeping norms above them. */
const TINY: Partial<Record<DType, number>> = { float16: 2 ** -12, float32: 1e-19, float64: 1e-154 };

/** A norm of the dtype that is as good as zero and still safe to divide by. */
export function tinyNorm(dtype: DType): number {
  return TINY[dtype] ?? 1e-154;
}

export function square(b: GraphBuilder, v: Value): Value {
  return b.mul(v, v);
}

/** A condition as 0 and 1. */
export function maskOf(b: GraphBuilder, condition: Value, dtype: DType): Value {
  return b.cast(condition, dtype);
}

/**
 * 1 where `value` > 0, else `below` (also at 0), as a clipped steep ramp: no Where and no comparison, which are slower and leave
 * onnxruntime's blocked layout. There the ramp is a depthwise 1x1 convolution, which the Clip is fused into.
 */
export function stepMask(
  c: VjpContext,
  { value, below = 0 }: { readonly value: Value; readonly below?: number },
): Value {
  const { b } = c;
  const steep = STEEP[value.dtype];
  if (steep === undefined || below < 0 || below > 1) {
    const one = b.constant(1, { dtype: value.dtype });
    return b.where(b.greater(value, 0), one, below);
  }
  const channels = value.shape[1];
  if (!c.isBlockedLayout(0) || typeof channels !== 'number')
    return b.clip(b.mul(value, steep), below, 1);
  const weight = b.initialiser(
    'steep',
    tensor('float32', [channels, 1, 1, 1], new Float32Array(channels).fill(steep)),
  );
  return b.clip(b.conv(value, weight, null, { group: channels }), below, 1);
}

/** dy to the inputs that equal the output, in equal parts. For Min and Max. */
export function shareAmongEqual(c: VjpContext): Gradients {
  const { b } = c;
  if (c.node.inputs.length === 1) return [c.dy];
  const masks = c.node.inputs.map((_, at) => maskOf(b, b.equal(c.x(at), c.y()), c.dy.dtype));
  const share = b.div(
    c.dy,
    masks.reduce((sum, mask) => b.add(sum, mask)),
  );
  return masks.map((mask, at) => c.when(at, () => b.mul(share, mask)));
}

export interface Reduction {
  /** dy and y with the reduced axes kept as 1. */
  readonly dy: Value;
  readonly y: Value;
  /** A norm of the dtype that is as good as zero and still safe to divide by. */
  readonly tiny: number;
  readonly divideByCount: (v: Value) => Value;
  /** dy at the elements equal to y, shared among ties. */
  readonly toExtremes: () => Value;
}

/** What the gradient of a reduction starts from. */
export function reduction(c: VjpContext): Reduction {
  const { b } = c;
  const axes = reductionAxes(c);
  const shape = c.shape(0);
  const kept = c.int('keepdims', 1) === 1 || axes.length === 0;
  const keep = (v: Value): Value => (kept ? v : b.unsqueeze(v, axes));
  const dy = keep(c.dy);
  const y = keep(c.y());
  return {
    dy,
    y,
    tiny: tinyNorm(dy.dtype),
    divideByCount: (v) =>
      divideByCount(
        c,
        v,
        axes.map((axis) => shape[axis] as Dim),
      ),
    toExtremes: () => {
      const mask = maskOf(b, b.equal(c.x(0), y), dy.dtype);
      const ties = axes.length === 0 ? mask : b.reduceSum(mask, { axes });
      return b.mul(mask, b.div(dy, ties));
    },
  };
}

function divideByCount(c: VjpContext, v: Value, sizes: readonly Dim[]): Value {
  const { b } = c;
  const count = elementCount(sizes);
  if (count !== undefined) return b.mul(v, 1 / count);
  const size = (of: Value): Value => b.cast(b.op('Size', [of]), v.dtype);
  return b.div(v, b.div(size(c.x(0)), size(c.y())));
}
