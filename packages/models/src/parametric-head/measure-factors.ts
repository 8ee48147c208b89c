/** @file The generator's own account of a latent: which person, pose, light and expression it stands for. */
import { FACTOR_NAMES, FACTORS, LATENT_DIMENSION as D, squash } from './factors.ts';
import type { FactorGroup, FactorName } from './factors.ts';
import { toCoordinates } from './mixing.ts';

/** Factors of one latent. Shapes are in (-1.25, 1.25), other signed factors in (-1, 1), expressions and rare traits in (0, 1). */
export type HeadFactors = Readonly<Record<FactorName, number>>;

/**
 * The factors of latents w `[n, 64]`, in the same order: what a recogniser should or should not react to, known without looking.
 *
 * @throws RangeError when the numbers are no whole rows
 * @example parametricHeadFactors(w).map((factors) => factors.yaw)
 */
export function parametricHeadFactors(w: Float32Array): readonly HeadFactors[] {
  const u = toCoordinates(w);
  return Array.from({ length: u.length / D }, (_, row) => {
    const value = (name: FactorName): number =>
      squash(name, u[row * D + FACTOR_NAMES.indexOf(name)] ?? 0);
    return Object.fromEntries(FACTOR_NAMES.map((name) => [name, value(name)])) as Record<
      FactorName,
      number
    >;
  });
}

/** What the factor belongs to. */
export function factorGroup(name: FactorName): FactorGroup {
  return FACTORS[name].group;
}
