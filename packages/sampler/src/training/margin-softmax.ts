/** @file The loss recognisers are trained with: softmax over class cosines, the own class held back by a margin. */

import type { GraphBuilder, Value } from '@colloid/onnx';

export interface MarginSoftmaxInputs {
  /** float32 [batch, E], of any norm. */
  readonly embedding: Value;
  /** float32 [E, classes], of any column norms: one direction per class. */
  readonly classDirections: Value;
  /** int64 [batch], each in 0..classes-1. */
  readonly labels: Value;
  /** float32 scalar: what is taken off the own class's cosine; 0 is plain cosine softmax. */
  readonly margin: Value;
  /** Inverse temperature of the softmax over cosines. */
  readonly scale: number;
}

export interface MarginSoftmaxOutputs {
  /** float32 scalar: mean over the batch. */
  readonly loss: Value;
  /** float32 scalar: share of the batch whose own class has the largest cosine, margin left aside. */
  readonly accuracy: Value;
}

/** Keeps a zero embedding from dividing by zero; far under any norm that occurs. */
const SQUARED_NORM_FLOOR = 1e-12;

/**
 * Adds the loss to a graph:
 *
 *     l_c = s (cos(e, d_c) - m [c = label]),   loss = mean( log Σ_c exp(l_c) - l_label )       CosFace, Wang et al. 2018, eq. 4
 *
 * Cosines never exceed 1, so `s` itself is the shift that keeps the exponentials in range; no maximum is taken.
 */
export function marginSoftmax(b: GraphBuilder, inputs: MarginSoftmaxInputs): MarginSoftmaxOutputs {
  const { embedding, classDirections, labels, margin, scale } = inputs;
  return b.scope('margin_softmax', () => {
    const classes = Number(classDirections.shape[1]);
    const cosines = b.matMul(normalise(b, embedding, 1), normalise(b, classDirections, 0));
    const column = b.constant(
      Array.from({ length: classes }, (_, index) => index),
      { dtype: 'int64', dims: [1, classes] },
    );
    const own = b.cast(b.equal(b.unsqueeze(labels, [1]), column), 'float32');
    const logits = b.mul(b.sub(cosines, b.mul(own, margin)), scale);
    const logSum = b.add(b.log(b.reduceSum(b.exp(b.sub(logits, scale)), { axes: [1] })), scale);
    const ownLogit = b.reduceSum(b.mul(logits, own), { axes: [1] });
    const loss = b.reduceMean(b.sub(logSum, ownLogit), { keepDims: false });
    const best = b.op('ArgMax', [cosines], { axis: 1, keepdims: 0 });
    const accuracy = b.reduceMean(b.cast(b.equal(best, labels), 'float32'), { keepDims: false });
    return { loss, accuracy };
  });
}

/** Divides by the Euclidean norm along one axis. */
export function normalise(b: GraphBuilder, value: Value, axis: number): Value {
  const squaredNorm = b.reduceSum(b.mul(value, value), { axes: [axis] });
  return b.mul(value, b.reciprocal(b.sqrt(b.add(squaredNorm, SQUARED_NORM_FLOOR))));
}

/**
 * Standardises each feature over the batch, without gain or bias: the last layer of a network under a margin loss.
 *
 * @returns the standardised features, float32 [batch, E]; their mean is 0 and their variance 1 up to `epsilon`.
 */
export function standardiseOverBatch(b: GraphBuilder, features: Value, epsilon = 1e-5): Value {
  const centred = b.sub(features, b.reduceMean(features, { axes: [0] }));
  const variance = b.reduceMean(b.mul(centred, centred), { axes: [0] });
  return b.mul(centred, b.reciprocal(b.sqrt(b.add(variance, epsilon))));
}
