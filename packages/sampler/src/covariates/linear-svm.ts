/** @file A linear support vector machine without intercept: the plane through the origin that tells two classes apart. */

/** Rows with the class of each. */
export interface LabelledRows {
  /** [n, D], row-major. */
  readonly rows: Float64Array;
  readonly width: number;
  /** -1 or 1 per row. */
  readonly signs: Int8Array;
}

/** The published weight of the loss. */
const C = 1;
const MOST_STEPS = 100;
/** Of the gradient's norm, relative to the one at 0. */
const TOLERANCE = 1e-10;

/**
 * Minimises f(v) = |v|²/2 + C Σ max(0, 1 - y v·x)², what scikit-learn calls LinearSVC(fit_intercept=False). f is strictly convex and
 * its gradient piecewise linear, so Newton's method with a line search ends at the one minimum, to rounding, in a few steps.
 *
 * @returns v [D], not normalised
 */
export function fitLinearSvm(data: LabelledRows): Float64Array {
  const { width: D } = data;
  const v = new Float64Array(D);
  let current = evaluate(data, v);
  const target = TOLERANCE * norm(current.gradient);
  for (let step = 0; step < MOST_STEPS && norm(current.gradient) > target; step++) {
    const direction = solvePositive(hessian(data, current.active), current.gradient, D);
    const slope = dot(direction, current.gradient);
    let length = 1;
    let next = v;
    let after = current;
    // Sufficient decrease; the full step is taken as soon as the set of active rows is the final one.
    do {
      next = v.map((value, d) => value - length * (direction[d] ?? 0));
      after = evaluate(data, next);
      length /= 2;
    } while (after.value > current.value - 1e-4 * 2 * length * slope && length > 1e-12);
    if (after.value >= current.value) break;
    v.set(next);
    current = after;
  }
  return v;
}

interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
  /** Rows inside the margin. */
  readonly active: readonly number[];
}

/** f(v) and ∂f/∂v = v - 2 C Σ_active y (1 - y v·x) x. */
function evaluate({ rows, width: D, signs }: LabelledRows, v: Float64Array): Evaluation {
  const gradient = v.slice();
  const active: number[] = [];
  let value = dot(v, v) / 2;
  signs.forEach((sign, i) => {
    const x = rows.subarray(i * D, (i + 1) * D);
    const slack = 1 - sign * dot(v, x);
    if (slack <= 0) return;
    active.push(i);
    value += C * slack * slack;
    for (let d = 0; d < D; d++) {
      gradient[d] = (gradient[d] ?? 0) - 2 * C * sign * slack * (x[d] ?? 0);
    }
  });
  return { value, gradient, active };
}

/** I + 2 C Σ_active x xᵀ, [D, D]; the lower triangle. */
function hessian({ rows, width: D }: LabelledRows, active: readonly number[]): Float64Array {
  const h = new Float64Array(D * D);
  for (let d = 0; d < D; d++) h[d * D + d] = 1;
  for (const i of active) {
    const x = rows.subarray(i * D, (i + 1) * D);
    for (let a = 0; a < D; a++) {
      const scaled = 2 * C * (x[a] ?? 0);
      for (let b = 0; b <= a; b++) h[a * D + b] = (h[a * D + b] ?? 0) + scaled * (x[b] ?? 0);
    }
  }
  return h;
}

/** Solves H s = g by Cholesky's decomposition; H is overwritten. Its eigenvalues are at least 1. */
function solvePositive(h: Float64Array, g: Float64Array, D: number): Float64Array {
  for (let a = 0; a < D; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = h[a * D + b] ?? 0;
      for (let k = 0; k < b; k++) sum -= (h[a * D + k] ?? 0) * (h[b * D + k] ?? 0);
      h[a * D + b] = a === b ? Math.sqrt(sum) : sum / (h[b * D + b] ?? 1);
    }
  }
  const s = g.slice();
  for (let a = 0; a < D; a++) {
    for (let k = 0; k < a; k++) s[a] = (s[a] ?? 0) - (h[a * D + k] ?? 0) * (s[k] ?? 0);
    s[a] = (s[a] ?? 0) / (h[a * D + a] ?? 1);
  }
  for (let a = D - 1; a >= 0; a--) {
    for (let k = a + 1; k < D; k++) s[a] = (s[a] ?? 0) - (h[k * D + a] ?? 0) * (s[k] ?? 0);
    s[a] = (s[a] ?? 0) / (h[a * D + a] ?? 1);
  }
  return s;
}

/** a · b. */
export function dot(a: Float64Array | Float32Array, b: Float64Array | Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? 0) * (b[d] ?? 0);
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}
