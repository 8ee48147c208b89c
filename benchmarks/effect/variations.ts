/** @file How far Dispersion and DisCo spread what is not the person, told by the generator's own factors. */

import { FACTOR_NAMES, factorGroup, parametricHeadFactors } from '@colloid/models';
import type { FactorGroup, HeadFactors } from '@colloid/models';
import { countRows, sampleReferences, sampleVariations } from '@colloid/sampler';
import type { VariationOptions, VariationResult } from '@colloid/sampler';
import { findPreset } from '@colloid/sampler/recipe';

import { builtInDirections } from './directions.ts';
import type { EffectOptions } from './references.ts';

/** One line of the table. */
export interface VariationRow {
  readonly algorithm: string;
  /** Mean deviation within an identity, over the factors of the group. */
  readonly pose: number;
  readonly light: number;
  readonly expression: number;
  /** The same of the factors that make the person: what should stay. */
  readonly identity: number;
  /** Angle to the reference, radians. */
  readonly intraThetaMean: number;
  readonly intraThetaMax: number;
  readonly gradients: number;
  readonly seconds: number;
}

/** Both presets of the built-in pair on the same references. */
export async function variationEffect(
  options: EffectOptions & { readonly variations: number },
): Promise<readonly VariationRow[]> {
  const { sessions, identities, seed, variations } = options;
  const draw = sampleReferences(sessions, { algorithm: 'random', identities, seed });
  let step = await draw.next();
  while (step.done !== true) step = await draw.next();
  const references = step.value;
  const covariates = await builtInDirections(sessions);
  const plain = findPreset('built-in-standard')?.recipe.variations;
  const spread = findPreset('built-in-disco')?.recipe.variations;
  if (plain?.algorithm !== 'dispersion' || spread?.algorithm !== 'disco') {
    throw new Error('the presets of the built-in pair have other algorithms now');
  }
  const common = { references, seed };
  return [
    await run(options, {
      ...common,
      algorithm: 'dispersion',
      parameters: { ...plain.parameters, variations },
    }),
    await run(options, {
      ...common,
      algorithm: 'disco',
      parameters: { ...spread.parameters, variations },
      covariates,
    }),
  ];
}

async function run(
  { sessions, note }: EffectOptions,
  wanted: VariationOptions,
): Promise<VariationRow> {
  const counted = countRows(sessions);
  const start = performance.now();
  const sampling = sampleVariations(counted.sessions, wanted);
  let step = await sampling.next();
  while (step.done !== true) {
    note(`${wanted.algorithm}: ${(100 * step.value.fraction).toFixed(0)} %`);
    step = await sampling.next();
  }
  const result = step.value;
  const factors = parametricHeadFactors(result.latents);
  const deviation = (group: FactorGroup): number => groupDeviation(factors, result, group);
  return {
    algorithm: wanted.algorithm,
    pose: deviation('pose'),
    light: deviation('light'),
    expression: deviation('expression'),
    identity: deviation('identity'),
    intraThetaMean: result.statistics.at(-1)?.theta.mean ?? Number.NaN,
    intraThetaMax: result.statistics.at(-1)?.theta.max ?? Number.NaN,
    gradients: counted.counts.gradients,
    seconds: (performance.now() - start) / 1000,
  };
}

/** Root mean square over factors and identities of the deviation within an identity. */
function groupDeviation(
  factors: readonly HeadFactors[],
  { variations: A }: VariationResult,
  group: FactorGroup,
): number {
  const names = FACTOR_NAMES.filter((name) => factorGroup(name) === group);
  let sum = 0;
  let count = 0;
  for (let first = 0; first < factors.length; first += A) {
    const own = factors.slice(first, first + A);
    for (const name of names) {
      const mean = own.reduce((total, f) => total + f[name], 0) / A;
      sum += own.reduce((total, f) => total + (f[name] - mean) ** 2, 0) / A;
      count += 1;
    }
  }
  return Math.sqrt(sum / count);
}
