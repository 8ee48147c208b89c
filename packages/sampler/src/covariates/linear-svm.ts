/**
 * @file A linear support vector machine without intercept: the plane through the origin that tells two classes apart.
 *
 * Ours, because no maintained package for Node computes it: liblinear's bindings are unmaintained and need a compiler, and the pure
 * ones stop at a tolerance above what comparing with scikit-learn needs.
 */

/** Rows with the class of each. */
export interface LabelledRows {
  /** [n, D], row-major. */
  readonly rows: Float32Array;
  readonly width: number;
  /** -1 or 1 per row. */
  readonly signs: Int8Array;
}

export interface LinearSvm {
  /**
   * The minimum over the rows for which `isUsed` is true, [D], not normalised. Fits of one machine share work: the second and later ones
   * cost what their rows differ by.
   *
   * @default all rows
   */
  fit(isUsed?: (row: number) => boolean): Float64Array;
}

/** The published weight of the loss. */
const C = 1;
const MOST_STEPS = 200;
/** Of the gradient's norm, relative to the one at 0. */
const TOLERANCE = 1e-10;
/** Shortest step of the line search: what rounding leaves of a full one. */
const LEAST_STEP = 1e-12;
/** Rows that go into the second derivative at once, so that each of its numbers is loaded and stored a quarter as often. */
const BLOCK = 4;

/**
 * Minimises f(v) = |v|²/2 + C Σ max(0, 1 - y v·x)², what scikit-learn calls LinearSVC(fit_intercept=False). f is strictly convex and
 * its gradient piecewise linear, so Newton's method with a line search ends at the one minimum, to rounding, in a few steps (Keerthi
 * and DeCoste 2005). Its second derivative I + 2 C Σ x xᵀ over the rows inside the margin costs n D² / 2: it is kept, and only rows
 * that enter or leave the margin change it.
 */
export function linearSvm(data: LabelledRows): LinearSvm {
  const { width: D, signs } = data;
  const curvature = new Curvature(data);
  // Where the last fit ended: folds of the same rows end close to each other.
  const start = new Float64Array(D);
  return {
    fit(isUsed = () => true) {
      const used = Uint8Array.from(signs, (_, row) => (isUsed(row) ? 1 : 0));
      const target = TOLERANCE * norm(evaluate(data, used, new Float64Array(D)).gradient);
      let v: Float64Array = start.slice();
      let current = evaluate(data, used, v);
      for (let step = 0; step < MOST_STEPS && norm(current.gradient) > target; step++) {
        const direction = curvature.solve(current.active, current.gradient);
        const slope = dot(direction, current.gradient);
        let length = 1;
        let next: Float64Array;
        let after: Evaluation;
        // Sufficient decrease; the full step is taken as soon as the set of active rows is the final one.
        for (;;) {
          const taken = length;
          next = v.map((value, d) => value - taken * (direction[d] as number));
          after = evaluate(data, used, next);
          const isEnough = after.value <= current.value - 1e-4 * taken * slope;
          if (isEnough || isBetterToRounding(after, current) || taken < LEAST_STEP) break;
          length /= 2;
        }
        if (after.value >= current.value && !isBetterToRounding(after, current)) break;
        v = next;
        current = after;
      }
      start.set(v);
      return v;
    },
  };
}

interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
  /** 1 for rows inside the margin. */
  readonly active: Uint8Array;
}

/** Close to the minimum values are equal to rounding where gradients still differ. */
function isBetterToRounding(after: Evaluation, before: Evaluation): boolean {
  const difference = Math.abs(after.value - before.value);
  return difference <= 1e-13 * before.value && norm(after.gradient) < norm(before.gradient);
}

/** f(v) and ∂f/∂v = v - 2 C Σ_active y (1 - y v·x) x. */
function evaluate(
  { rows, width: D, signs }: LabelledRows,
  used: Uint8Array,
  v: Float64Array,
): Evaluation {
  const gradient = v.slice();
  const active = new Uint8Array(signs.length);
  let value = dot(v, v) / 2;
  for (let row = 0; row < signs.length; row++) {
    if (used[row] === 0) continue;
    const sign = signs[row] as number;
    const first = row * D;
    let product = 0;
    for (let d = 0; d < D; d++) product += (v[d] as number) * (rows[first + d] as number);
    const slack = 1 - sign * product;
    if (slack <= 0) continue;
    active[row] = 1;
    value += C * slack * slack;
    const pull = 2 * C * sign * slack;
    for (let d = 0; d < D; d++) {
      gradient[d] = (gradient[d] as number) - pull * (rows[first + d] as number);
    }
  }
  return { value, gradient, active };
}

/** I + 2 C Σ x xᵀ over a set of rows; the lower triangle, [D, D]. */
class Curvature {
  readonly #data: LabelledRows;
  readonly #matrix: Float64Array;
  readonly #factor: Float64Array;
  /** 1 for rows that are in the sum. */
  readonly #held: Uint8Array;

  constructor(data: LabelledRows) {
    const { width: D, signs } = data;
    this.#data = data;
    this.#matrix = new Float64Array(D * D);
    this.#factor = new Float64Array(D * D);
    this.#held = new Uint8Array(signs.length);
    for (let d = 0; d < D; d++) this.#matrix[d * D + d] = 1;
  }

  /** H⁻¹ g with the sum over the active rows. */
  solve(active: Uint8Array, gradient: Float64Array): Float64Array {
    const changed: number[] = [];
    for (let row = 0; row < active.length; row++) {
      if (active[row] !== this.#held[row]) changed.push(row);
    }
    for (let at = 0; at < changed.length; at += BLOCK) {
      this.#change(changed.slice(at, at + BLOCK), active);
    }
    this.#held.set(active);
    this.#factor.set(this.#matrix);
    return solvePositive(this.#factor, gradient);
  }

  /** Adds the rows that became active, and takes away those that no longer are. */
  #change(changed: readonly number[], active: Uint8Array): void {
    const { rows, width: D } = this.#data;
    const h = this.#matrix;
    const scale = new Float64Array(BLOCK);
    const x = new Float64Array(BLOCK * D);
    changed.forEach((row, k) => {
      scale[k] = active[row] === 1 ? 2 * C : -2 * C;
      x.set(rows.subarray(row * D, (row + 1) * D), k * D);
    });
    const [s0, s1, s2, s3] = scale as unknown as [number, number, number, number];
    for (let a = 0; a < D; a++) {
      const p = s0 * (x[a] as number);
      const q = s1 * (x[D + a] as number);
      const r = s2 * (x[2 * D + a] as number);
      const s = s3 * (x[3 * D + a] as number);
      const line = a * D;
      for (let b = 0; b <= a; b++) {
        h[line + b] =
          (h[line + b] as number) +
          p * (x[b] as number) +
          q * (x[D + b] as number) +
          r * (x[2 * D + b] as number) +
          s * (x[3 * D + b] as number);
      }
    }
  }
}

/** Solves H s = g by Cholesky's decomposition; H is overwritten. Its eigenvalues are at least 1. */
function solvePositive(h: Float64Array, g: Float64Array): Float64Array {
  const D = g.length;
  for (let a = 0; a < D; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = h[a * D + b] as number;
      for (let k = 0; k < b; k++) sum -= (h[a * D + k] as number) * (h[b * D + k] as number);
      h[a * D + b] = a === b ? Math.sqrt(sum) : sum / (h[b * D + b] as number);
    }
  }
  const s = g.slice();
  for (let a = 0; a < D; a++) {
    let sum = s[a] as number;
    for (let k = 0; k < a; k++) sum -= (h[a * D + k] as number) * (s[k] as number);
    s[a] = sum / (h[a * D + a] as number);
  }
  for (let a = D - 1; a >= 0; a--) {
    let sum = s[a] as number;
    for (let k = a + 1; k < D; k++) sum -= (h[k * D + a] as number) * (s[k] as number);
    s[a] = sum / (h[a * D + a] as number);
  }
  return s;
}

/** a · b. */
export function dot(a: Float64Array | Float32Array, b: Float64Array | Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}
