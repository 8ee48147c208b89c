/**
 * @file The angle between unit vectors and the gradient of its square, as a graph, exact to rounding
 * from 0 to π.
 *
 * With a = |e - r| and b = |e + r|: θ = 2 atan(a / b), where arccos(e·r) would lose half its digits
 * near 0; sin θ = ab / 2. For L = θ² / 4 the derivative along the sphere is
 *
 *     dL/de = -(θ / (2 sin θ)) t,      t = r - (e·r) e, the tangent part of r, |t| = sin θ,
 *
 * and θ / sin θ → 1 as θ → 0. t is computed from r - e or r + e, whichever is the shorter, for the
 * same reason. At π the direction is undefined and the gradient is set to 0.
 */

import type { GraphBuilder, Value } from '@colloid/onnx';

/** Below this chord the series θ / sin θ = 1 + θ² / 6 is exact in float32. */
const SMALL_CHORD = 1e-2;
const LEAST_SINE = 1e-12;

/** Adds θ [batch] and the cotangent dL/de [batch, E] of L = Σ θ² / 4 for unit rows e and r. */
export function addAngularCotangent(
  b: GraphBuilder,
  e: Value,
  r: Value,
): { readonly theta: Value; readonly cotangent: Value } {
  return b.scope('angle', () => {
    const difference = b.sub(r, e);
    const sum = b.add(r, e);
    const a = norm(b, difference);
    const c = norm(b, sum);
    const theta = b.mul(b.atan(b.div(a, b.max(c, LEAST_SINE))), 2);
    const sine = b.mul(b.mul(a, c), 0.5);
    const series = b.add(b.mul(b.mul(theta, theta), 1 / 6), 1);
    const ratio = b.where(b.less(a, SMALL_CHORD), series, b.div(theta, b.max(sine, LEAST_SINE)));
    // r - cos e = (r - e) + (a²/2) e = (r + e) - (b²/2) e
    const near = b.add(difference, b.mul(b.mul(b.mul(a, a), 0.5), e));
    const far = b.sub(sum, b.mul(b.mul(b.mul(c, c), 0.5), e));
    const tangent = b.where(b.less(a, c), near, far);
    return {
      theta: b.squeeze(theta, [1]),
      cotangent: b.mul(b.mul(ratio, -0.5), tangent),
    };
  });
}

function norm(b: GraphBuilder, x: Value): Value {
  return b.sqrt(b.reduceSum(b.mul(x, x), { axes: [1], keepDims: true }));
}
