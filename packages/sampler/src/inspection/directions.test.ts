import { expect, test } from 'vitest';

import { normal } from '../random/random.ts';
import { compareDirections } from './directions.ts';
import type { Differentiable, DirectionReport } from './directions.ts';
import { isWithinTolerance } from './pair-gradients.ts';

const INPUTS = 24;
const OUTPUTS = 16;
const ROOM = { seed: 3, stream: 0, iteration: 0 } as const;

/** Rows of length 1. */
const AXES = Array.from({ length: OUTPUTS }, (_, output) => {
  const axis = new Float64Array(INPUTS);
  normal({ ...ROOM, identity: output }, axis);
  const length = Math.hypot(...axis);
  return axis.map((x) => x / length);
});

interface Wave {
  /** How far outputs move; they are near 1, so that float32 rounds the motion, not the value. */
  readonly amplitude: number;
  readonly frequency: number;
  /** What the gradient is multiplied by. @default 1 */
  readonly gain?: number;
}

/** y = 1 + amplitude sin(frequency a·x), in float32, and its gradient. */
function wave({ amplitude, frequency, gain = 1 }: Wave): Differentiable {
  const along = (rows: Float32Array, row: number, axis: Float64Array): number =>
    axis.reduce((sum, a, d) => sum + a * (rows[row * INPUTS + d] ?? 0), 0);
  return {
    inputs: INPUTS,
    outputs: OUTPUTS,
    evaluateOnBranchesOf: async (_, rows) => {
      const count = rows.length / INPUTS;
      return Float32Array.from({ length: count * OUTPUTS }, (_unused, i) => {
        const axis = AXES[i % OUTPUTS] ?? new Float64Array();
        return 1 + amplitude * Math.sin(frequency * along(rows, Math.floor(i / OUTPUTS), axis));
      });
    },
    pullback: async (rows, cotangents) =>
      Float32Array.from({ length: rows.length }, (_unused, d) =>
        AXES.reduce(
          (sum, axis, e) =>
            sum +
            gain *
              (cotangents[e] ?? 0) *
              amplitude *
              frequency *
              Math.cos(frequency * along(rows, 0, axis)) *
              (axis[d] ?? 0),
          0,
        ),
      ),
  };
}

function check(form: Wave): Promise<DirectionReport> {
  const points = new Float32Array(4 * INPUTS);
  normal({ ...ROOM, identity: 1000 }, points);
  return compareDirections(wave(form), { points, directions: 16, seed: 1 });
}

test.each([
  ['moves about as far as its input', { amplitude: 1, frequency: 1 }],
  ['bends within small steps', { amplitude: 1, frequency: 12 }],
  // Networks that were not trained tell all images nearly alike: only large steps show more than rounding.
  ['hardly moves', { amplitude: 1e-4, frequency: 0.3 }],
] as const)('the gradient of a function that %s agrees', async (_, form) => {
  const report = await check(form);
  expect(isWithinTolerance(report), report.text).toBe(true);
  expect(report.leastNorm).toBeGreaterThan(0);
});

test('a gradient that is off by a hundredth is seen, however little the function moves', async () => {
  for (const form of [
    { amplitude: 1, frequency: 1 },
    { amplitude: 1e-4, frequency: 0.3 },
  ]) {
    const report = await check({ ...form, gain: 1.01 });
    expect(isWithinTolerance(report), report.text).toBe(false);
  }
});

test('a function through which nothing flows has a gradient of length 0', async () => {
  expect((await check({ amplitude: 0, frequency: 1 })).leastNorm).toBe(0);
});
