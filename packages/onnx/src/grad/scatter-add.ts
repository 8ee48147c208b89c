/** @file Scattering with addition, which the gradients of everything that gathers end in. */
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';

export interface ScatterAddition {
  readonly op: 'ScatterElements' | 'ScatterND';
  /** What is added to. */
  readonly to: Value;
  readonly indices: Value;
  readonly updates: Value;
  /** Of ScatterElements. @default 0 */
  readonly axis?: number;
}

/**
 * `to` with the updates added at the indices; needs opset 16. Of float16 it is the sum in float32, rounded once: onnxruntime 1.30 does not
 * add float16 on the CPU.
 */
export function scatterAdd(b: GraphBuilder, addition: ScatterAddition): Value {
  const { op, to, indices, updates, axis } = addition;
  if (updates.dtype === 'float16') {
    const [wideTo, wideUpdates] = [b.cast(to, 'float32'), b.cast(updates, 'float32')];
    return b.cast(scatterAdd(b, { ...addition, to: wideTo, updates: wideUpdates }), 'float16');
  }
  const attributes = { reduction: 'add', ...(axis === undefined ? {} : { axis }) };
  return b.op(op, [to, indices, updates], attributes);
}
