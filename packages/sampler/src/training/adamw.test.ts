import { describe, expect, it } from 'vitest';

import { globalNorm, initialiseAdamW, stepAdamW } from './adamw.ts';
import { TrainingError } from './errors.ts';

describe('AdamW', () => {
  it('moves every weight by the learning rate in the first step, whatever the size of its gradient', () => {
    const weights = Float32Array.of(1, 1, 1);
    stepAdamW(weights, Float32Array.of(1e-3, -5, 200), initialiseAdamW(3), {
      learningRate: 0.01,
      epsilon: 0,
    });
    expect([...weights]).toEqual([Math.fround(0.99), Math.fround(1.01), Math.fround(0.99)]);
  });

  it('follows the closed form of moments and bias correction over two steps', () => {
    const weights = Float32Array.of(0.5);
    const parameters = {
      learningRate: 0.1,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-3,
      weightDecay: 0.2,
    };
    let state = stepAdamW(weights, Float32Array.of(2), initialiseAdamW(1), parameters);
    state = stepAdamW(weights, Float32Array.of(-1), state, parameters);
    const first = 0.5 * (1 - 0.02) - (0.1 * 2) / (2 + 1e-3);
    const m = (0.9 * (0.1 * 2) + 0.1 * -1) / (1 - 0.81);
    const v = (0.99 * (0.01 * 4) + 0.01 * 1) / (1 - 0.9801);
    const second = first * (1 - 0.02) - (0.1 * m) / (Math.sqrt(v) + 1e-3);
    expect(Math.abs((weights[0] ?? 0) - second)).toBeLessThan(1e-6);
    expect(state.step).toBe(2);
  });

  it('scales gradients before the moments see them, as clipping by the global norm needs', () => {
    const gradients = [Float32Array.of(3), Float32Array.of(0, 4)];
    expect(globalNorm(gradients)).toBe(5);
    const clipped = initialiseAdamW(1);
    const small = initialiseAdamW(1);
    stepAdamW(Float32Array.of(0), Float32Array.of(3), clipped, { learningRate: 0.1 }, 1 / 5);
    stepAdamW(Float32Array.of(0), Float32Array.of(3 / 5), small, { learningRate: 0.1 });
    const difference = (clipped.firstMoment[0] ?? 0) - (small.firstMoment[0] ?? 1);
    expect(Math.abs(difference)).toBeLessThan(1e-8);
  });

  it('refuses gradients of another length', () => {
    expect(() =>
      stepAdamW(new Float32Array(2), new Float32Array(3), initialiseAdamW(2), { learningRate: 1 }),
    ).toThrow(TrainingError);
  });
});
