import { describe, expect, it } from 'vitest';

import { factorIndices } from '../parametric-head/factors.ts';
import { toCoordinates } from '../parametric-head/mixing.ts';
import { evaluateRecogniser, type EmbedLatents } from './evaluate.ts';
import type { EvaluationRecipe } from './recipe.ts';

const RECIPE: EvaluationRecipe = {
  seed: 5,
  identities: 60,
  variationsPerIdentity: 4,
  genuinePairs: 200,
  impostorPairs: 200,
  rocImpostorPairs: 2000,
  benchmarkSeed: 6,
  benchmarkPairs: 200,
};

/** Reads chosen factors straight off the latent: what a perfect, or a perfectly blind, recogniser would see. */
const factorsOf =
  (indices: readonly number[]): EmbedLatents =>
  (latents) => {
    const rows = latents.length / 64;
    const coordinates = toCoordinates(latents);
    const out = new Float32Array(rows * indices.length);
    for (let row = 0; row < rows; row += 1) {
      const picked = indices.map((index) => coordinates[row * 64 + index] ?? 0);
      const norm = Math.hypot(...picked);
      out.set(
        picked.map((value) => value / norm),
        row * indices.length,
      );
    }
    return Promise.resolve(out);
  };

describe('evaluation', () => {
  it('gives full marks to embeddings of the identity factors, and angles about a right angle', async () => {
    const indices = factorIndices('identity');
    const { unseen, benchmark, genuineAngle, spread } = await evaluateRecogniser(
      factorsOf(indices),
      indices.length,
      RECIPE,
    );
    expect(unseen.accuracy.mean).toBe(1);
    expect(benchmark.accuracy.mean).toBe(1);
    expect(unseen.roc.equalErrorRate).toBe(0);
    expect(genuineAngle.mean).toBeLessThan(1e-2);
    expect(Math.abs(spread.meanAngle - Math.PI / 2)).toBeLessThan(0.1);
    // 60 draws in 48 dimensions: n d / (n + d) directions of equal share would be 26.7.
    expect(spread.effectiveDimension).toBeGreaterThan(20);
  });

  it('gives a coin toss to embeddings of pose, light and expression', async () => {
    const indices = [
      ...factorIndices('pose'),
      ...factorIndices('light'),
      ...factorIndices('expression'),
    ];
    const { unseen, benchmark } = await evaluateRecogniser(
      factorsOf(indices),
      indices.length,
      RECIPE,
    );
    expect(Math.abs(unseen.accuracy.mean - 0.5)).toBeLessThan(0.12);
    expect(Math.abs(benchmark.accuracy.mean - 0.5)).toBeLessThan(0.12);
  });
});
