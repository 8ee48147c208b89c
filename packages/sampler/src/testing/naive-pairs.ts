/** @file All pairs in float64, one by one: what the blocked computation is tested against. */

interface Rows {
  readonly data: Float32Array;
  readonly dim: number;
}

/** Unit rows in float64. */
export function unitRows({ data, dim }: Rows): number[][] {
  const rows: number[][] = [];
  for (let i = 0; i < data.length / dim; i++) {
    const row = Array.from(data.subarray(i * dim, (i + 1) * dim));
    const norm = Math.hypot(...row);
    rows.push(row.map((x) => x / norm));
  }
  return rows;
}

/** The angle of two unit rows by their chord. */
export function naiveAngle(a: readonly number[], b: readonly number[]): number {
  const chord = Math.hypot(...a.map((x, d) => x - (b[d] ?? 0)));
  const sum = Math.hypot(...a.map((x, d) => x + (b[d] ?? 0)));
  return 2 * Math.atan2(chord, sum);
}

/** Tangential dU/dê of U_i = Σ_{j≠i} k/2 max(0, d0 - θ)², row by row. */
export function naiveRepulsion(
  rows: readonly (readonly number[])[],
  others: readonly (readonly number[])[],
  potential: { readonly radius: number; readonly coefficient: number; readonly skipSelf: boolean },
): number[][] {
  return rows.map((a, i) => {
    const gradient = a.map(() => 0);
    others.forEach((b, j) => {
      if (potential.skipSelf && i === j) return;
      const theta = naiveAngle(a, b);
      const push = potential.coefficient * Math.max(0, potential.radius - theta);
      const dot = a.reduce((sum, x, d) => sum + x * (b[d] ?? 0), 0);
      const tangent = a.map((x, d) => (b[d] ?? 0) - dot * x);
      const length = Math.hypot(...tangent);
      if (length < 1e-12) return;
      tangent.forEach((t, d) => {
        gradient[d] = (gradient[d] ?? 0) + (push * t) / length;
      });
    });
    return gradient;
  });
}

/** Each row of `gradient` without its part along the unit row. */
export function tangentRows(
  gradient: Float32Array,
  rows: readonly (readonly number[])[],
): number[][] {
  return rows.map((a, i) => {
    const g = a.map((_, d) => gradient[i * a.length + d] ?? 0);
    const along = g.reduce((sum, x, d) => sum + x * (a[d] ?? 0), 0);
    return g.map((x, d) => x - along * (a[d] ?? 0));
  });
}
