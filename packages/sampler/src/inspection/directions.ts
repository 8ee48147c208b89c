/**
 * @file Compares a gradient with central differences along random directions.
 *
 * For f(x) = c · y(x) with a fixed random c, and unit directions v, the difference
 * (f(x + hv) - f(x - hv)) / 2h is compared with g·v, relative to |g|. The derivative at x is that of the
 * smooth function on the branches that x takes: f is evaluated on those, because a deep piecewise
 * linear network has kinks within every step that is large enough for float32. A step that is too large
 * sees the curvature of f; one that is too small sees only its rounding. Both depend on the network, so
 * several steps are tried and each direction takes the one at which two neighbouring differences agree
 * best. The gradient has no say in that choice.
 */

import { normal, STREAMS } from '../random/random.ts';

/** A function on rows: x [N, inputs] to y [N, outputs], with its vector-Jacobian product. */
export interface Differentiable {
  readonly inputs: number;
  readonly outputs: number;
  /** y of each row, on the branches of piecewise linear operators that `point` takes. */
  evaluateOnBranchesOf(point: Float32Array, rows: Float32Array): Promise<Float32Array>;
  /** cᵀ ∂y/∂x, [N, inputs], of cotangents c [N, outputs]. */
  pullback(rows: Float32Array, cotangents: Float32Array): Promise<Float32Array>;
}

export interface DirectionOptions {
  /** Points x, [N, inputs]. */
  readonly points: Float32Array;
  /** Directions per point. */
  readonly directions: number;
  readonly seed: number;
  /** What the function is computed in; decides where the steps begin. @default 'float32' */
  readonly dtype?: 'float32' | 'float16';
  /** Rows evaluated in one call, at least 2. @default 64 */
  readonly rowsPerCall?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface DirectionReport {
  /** |difference - g·v| / |g| of every point and direction, ascending. */
  readonly errors: readonly number[];
  readonly median: number;
  readonly worst: number;
  /** Points. */
  readonly samples: number;
  /** Directions per point. */
  readonly directions: number;
  /** Least |g| over the points; 0 means that nothing flows back. */
  readonly leastNorm: number;
  /** For a log: quantiles in scientific notation. */
  readonly text: string;
}

/** Half the distance to the next number above 1. */
const ROUNDING = { float32: 2 ** -24, float16: 2 ** -11 } as const;
/**
 * Steps of the search, as multiples of the middle one, descending. The largest are for functions that hardly move, such as networks that were not
 * trained: anything smaller drowns in their rounding.
 */
const LADDER = [64, 32, 16, 8, 4, 2, 1, 1 / 2, 1 / 4, 1 / 8, 1 / 16] as const;
/** Neighbouring steps that every direction is evaluated at. */
const WINDOW = 4;
/** Directions on which the window is chosen. */
const PILOTS = 2;
const COTANGENT_IDENTITY = 1_000_000;

/**
 * @example (await compareDirections(sessions, { points, directions: 16, seed: 1 })).median
 * @throws what the function's methods throw; the signal's reason when aborted
 */
export async function compareDirections(
  f: Differentiable,
  options: DirectionOptions,
): Promise<DirectionReport> {
  const { points, directions, seed } = options;
  const samples = points.length / f.inputs;
  const cotangent = new Float32Array(f.outputs);
  normal({ seed, stream: STREAMS.direction, identity: COTANGENT_IDENTITY }, cotangent);
  const errors: number[] = [];
  let leastNorm = Infinity;
  for (let sample = 0; sample < samples; sample++) {
    options.signal?.throwIfAborted();
    const point = points.slice(sample * f.inputs, (sample + 1) * f.inputs);
    const gradient = await f.pullback(point, cotangent);
    const norm = lengthOf(gradient);
    leastNorm = Math.min(leastNorm, norm);
    const line = new Line(f, { point, cotangent, gradient, rows: options.rowsPerCall ?? 64 });
    const unit = (k: number): Float64Array =>
      unitDirection(f.inputs, seed, sample * directions + k);
    const ladder = stepsAt(point, options.dtype ?? 'float32');
    const steps = await chooseWindow(line, ladder, Math.min(PILOTS, directions), unit);
    const slopes = await line.slopes(
      Array.from({ length: directions }, (_, k) => unit(k)),
      steps,
    );
    for (const alongDirection of slopes) {
      const { difference, analytic } = plateau(alongDirection);
      const gap = Math.abs(difference - analytic);
      errors.push(norm > 0 ? gap / norm : gap === 0 ? 0 : Infinity);
    }
  }
  return report(errors, { samples, directions, leastNorm });
}

interface Slope {
  readonly difference: number;
  /** g·v along the float32 points that were really evaluated. */
  readonly analytic: number;
}

/** f along straight lines through one point. */
class Line {
  readonly #f: Differentiable;
  readonly #point: Float32Array;
  readonly #cotangent: Float32Array;
  readonly #gradient: Float32Array;
  readonly #pairsPerCall: number;

  constructor(
    f: Differentiable,
    at: {
      readonly point: Float32Array;
      readonly cotangent: Float32Array;
      readonly gradient: Float32Array;
      readonly rows: number;
    },
  ) {
    this.#f = f;
    this.#point = at.point;
    this.#cotangent = at.cotangent;
    this.#gradient = at.gradient;
    this.#pairsPerCall = Math.max(1, Math.floor(at.rows / 2));
  }

  /** Central differences for each direction and step. */
  async slopes(units: readonly Float64Array[], steps: readonly number[]): Promise<Slope[][]> {
    const jobs = units.flatMap((unit) => steps.map((step) => ({ unit, step })));
    const slopes: Slope[] = [];
    for (let first = 0; first < jobs.length; first += this.#pairsPerCall) {
      slopes.push(...(await this.#evaluate(jobs.slice(first, first + this.#pairsPerCall))));
    }
    return units.map((_, k) => slopes.slice(k * steps.length, (k + 1) * steps.length));
  }

  async #evaluate(
    jobs: readonly { readonly unit: Float64Array; readonly step: number }[],
  ): Promise<Slope[]> {
    const { inputs: D, outputs: E } = this.#f;
    const rows = new Float32Array(2 * jobs.length * D);
    const analytic = jobs.map(({ unit, step }, k) => {
      let along = 0;
      for (let d = 0; d < D; d++) {
        const x = this.#point[d] ?? 0;
        const plus = Math.fround(x + step * (unit[d] ?? 0));
        const minus = Math.fround(x - step * (unit[d] ?? 0));
        rows[2 * k * D + d] = plus;
        rows[(2 * k + 1) * D + d] = minus;
        along += (this.#gradient[d] ?? 0) * (plus - minus);
      }
      return along / (2 * step);
    });
    const y = await this.#f.evaluateOnBranchesOf(this.#point, rows);
    return jobs.map(({ step }, k) => {
      let sum = 0;
      for (let e = 0; e < E; e++) {
        sum +=
          (this.#cotangent[e] ?? 0) * ((y[2 * k * E + e] ?? 0) - (y[(2 * k + 1) * E + e] ?? 0));
      }
      return { difference: sum / (2 * step), analytic: analytic[k] ?? 0 };
    });
  }
}

/** Steps around the one that balances curvature and rounding for a function of order 1. */
function stepsAt(point: Float32Array, dtype: 'float32' | 'float16'): readonly number[] {
  // Coordinates near zero still deserve a step: half a unit for each is the least scale.
  const scale = Math.max(lengthOf(point), 0.5 * Math.sqrt(point.length));
  const middle = Math.cbrt(ROUNDING[dtype]) * scale;
  return LADDER.map((factor) => factor * middle);
}

/** The stretch of the ladder on which the differences of a few pilot directions agree best. */
async function chooseWindow(
  line: Line,
  ladder: readonly number[],
  pilots: number,
  unit: (k: number) => Float64Array,
): Promise<readonly number[]> {
  const slopes = await line.slopes(
    Array.from({ length: pilots }, (_, k) => unit(k)),
    ladder,
  );
  let first = 0;
  let least = Infinity;
  for (let at = 0; at + WINDOW <= ladder.length; at++) {
    let spread = 0;
    for (const row of slopes) {
      for (let i = at; i + 1 < at + WINDOW; i++) spread += jump(row, i);
    }
    if (spread < least) [first, least] = [at, spread];
  }
  return ladder.slice(first, first + WINDOW);
}

/** Of two neighbouring differences that agree best, the one with the smaller step. */
function plateau(slopes: readonly Slope[]): Slope {
  let best = 0;
  for (let i = 1; i + 1 < slopes.length; i++) {
    if (jump(slopes, i) < jump(slopes, best)) best = i;
  }
  return slopes[best + 1] ?? { difference: 0, analytic: 0 };
}

/** How far two neighbouring differences are apart. */
function jump(slopes: readonly Slope[], at: number): number {
  const [a, b] = [slopes[at], slopes[at + 1]];
  if (a === undefined || b === undefined) return Infinity;
  return Math.abs(a.difference - b.difference);
}

function unitDirection(dimension: number, seed: number, identity: number): Float64Array {
  const v = new Float64Array(dimension);
  normal({ seed, stream: STREAMS.direction, identity }, v);
  const length = lengthOf(v);
  return v.map((x) => x / length);
}

function lengthOf(v: Float32Array | Float64Array): number {
  let sum = 0;
  for (const x of v) sum += x * x;
  return Math.sqrt(sum);
}

function report(
  errors: number[],
  counts: { readonly samples: number; readonly directions: number; readonly leastNorm: number },
): DirectionReport {
  const sorted = errors.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))] ?? 0;
  const text = [0, 0.25, 0.5, 0.75, 0.9, 1]
    .map((q) => `q${q} ${at(q).toExponential(1)}`)
    .join(', ');
  return { errors: sorted, median: at(0.5), worst: at(1), text, ...counts };
}
