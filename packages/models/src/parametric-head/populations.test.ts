import { describe, expect, it } from 'vitest';
import { FACTOR_NAMES, FACTORS, LATENT_DIMENSION as D } from './factors.ts';
import { parametricHeadFactors } from './measure-factors.ts';
import type { HeadFactors } from './measure-factors.ts';
import {
  COVARIATE_CLASSES,
  galleryPopulation,
  labelledRenders,
  latentsForTraining,
  pairsPopulation,
} from './populations.ts';

const identityNames = FACTOR_NAMES.filter((name) => FACTORS[name].group === 'identity');

/** Largest difference between the identity factors of two latents. */
function identityGap(left: HeadFactors | undefined, right: HeadFactors | undefined): number {
  if (left === undefined || right === undefined) throw new RangeError('A latent is missing.');
  return Math.max(...identityNames.map((name) => Math.abs(left[name] - right[name])));
}

describe('latents for training', () => {
  it('keep the person and change the rest', () => {
    const factors = parametricHeadFactors(
      latentsForTraining({ seed: 1, identities: 5, variationsPerIdentity: 3 }),
    );
    expect(factors).toHaveLength(15);
    expect(identityGap(factors[0], factors[2])).toBeLessThan(1e-5);
    expect(identityGap(factors[0], factors[3])).toBeGreaterThan(0.3);
    expect(new Set(factors.map(({ yaw }) => yaw.toFixed(4))).size).toBe(15);
  });

  it('are a function of the seed', () => {
    const draw = (seed: number): string =>
      latentsForTraining({ seed, identities: 2, variationsPerIdentity: 2 }).join();
    expect(draw(4)).toBe(draw(4));
    expect(draw(4)).not.toBe(draw(5));
  });

  it('refuse an empty population with the name of the option', () => {
    expect(() => latentsForTraining({ seed: 1, identities: 0, variationsPerIdentity: 2 })).toThrow(
      'identities is 0',
    );
  });
});

describe('labelled renders', () => {
  it('show every person once in every class, moved to the side that the class names', () => {
    const { latents, labels } = labelledRenders({ seed: 2, identities: 6 });
    const factors = parametricHeadFactors(latents);
    expect(labels).toHaveLength(6 * COVARIATE_CLASSES.length);
    for (const [row, label] of labels.entries()) {
      const found = factors[row];
      expect(identityGap(found, factors[label.identity * COVARIATE_CLASSES.length])).toBeLessThan(
        1e-5,
      );
      if (label.covariate === 'pose')
        expect(Math.sign(found?.yaw ?? 0)).toBe(label.class === 'left' ? -1 : 1);
      if (label.class === 'smile') expect(found?.smile).toBeGreaterThan(0.7);
      if (label.class === 'neutral') expect(found?.smile).toBeLessThan(0.1);
    }
  });
});

describe('the benchmark and the gallery', () => {
  it('pair the same person in the first half and two people in the second', () => {
    const { left, right, same } = pairsPopulation({ seed: 3, pairs: 40 });
    const [first, second] = [parametricHeadFactors(left), parametricHeadFactors(right)];
    expect(same.filter(Boolean)).toHaveLength(20);
    for (const [row, isSame] of same.entries()) {
      if (isSame) expect(identityGap(first[row], second[row])).toBeLessThan(1e-5);
      else expect(identityGap(first[row], second[row])).toBeGreaterThan(0.3);
    }
  });

  it('label every image of the gallery with its person', () => {
    const { latents, labels } = galleryPopulation({ seed: 9, identities: 3, imagesPerIdentity: 2 });
    expect(latents).toHaveLength(6 * D);
    expect(labels.map(({ identity }) => identity)).toEqual([0, 0, 1, 1, 2, 2]);
  });
});
