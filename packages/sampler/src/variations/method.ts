/** @file What the algorithms of variations have in common, and what each one does. */

import type { ChainSessions } from '../chain/index.ts';
import { ParameterError } from '../errors.ts';
import { checkParameters } from '../recipe/check.ts';
import { resolveLength } from '../recipe/parameter-info.ts';
import type { LatentLength } from '../recipe/parameter-info.ts';
import { EXPRESSIONS } from '../recipe/recipe.ts';
import { initialVariations, spreadDirections, spreadWeights } from './disco.ts';
import type { SpreadDirection } from './disco.ts';
import { dispersionStep } from './dispersion.ts';
import type { DispersionState, ResolvedDispersion, VariationGroup } from './dispersion.ts';
import { planLabelled } from './labelled.ts';
import type { VariationOptions } from './options.ts';
import type { DispersionParameters } from './parameters.ts';
import type { VariationCollector } from './statistics.ts';

/** An algorithm ready to run on groups of identities. */
export interface VariationMethod {
  /** A */
  readonly variations: number;
  readonly iterations: number;
  readonly labels: readonly string[] | null;
  /** Names of the covariate directions, K of them; null where there are none. */
  readonly directions: readonly string[] | null;
  /** First latents of a group, [count, A, D]. */
  init(group: VariationGroup): Float32Array;
  /** The next state, and statistics of the given one. Called `iterations` times. */
  step(
    group: VariationGroup,
    state: DispersionState,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly state: DispersionState; readonly info: VariationCollector }>;
  /** Covariate weights of identities, [count, A, K]. */
  weights(first: number, count: number): Float32Array;
}

/** @throws ParameterError for parameters out of range and for a covariate set that does not fit */
export async function makeMethod(
  sessions: ChainSessions,
  options: VariationOptions,
): Promise<VariationMethod> {
  switch (options.algorithm) {
    case 'dispersion': {
      const parameters = checkParameters('dispersion', options.parameters ?? {});
      return moving(sessions, options, { parameters, spread: [] });
    }
    case 'disco': {
      const parameters = checkParameters('disco', options.parameters ?? {});
      const spread = spreadDirections(options.covariates, {
        scalings: parameters,
        generator: sessions.chain.generator,
      });
      return moving(sessions, options, { parameters, spread });
    }
    case 'covariates':
      return standing(sessions, options);
  }
}

/** Dispersion, or DisCo where there are directions. */
async function moving(
  sessions: ChainSessions,
  options: VariationOptions,
  given: {
    readonly parameters: DispersionParameters;
    readonly spread: readonly SpreadDirection[];
  },
): Promise<VariationMethod> {
  const { spread } = given;
  const { seed } = options;
  const parameters = await inLatentUnits(sessions, given.parameters, options.truncation ?? 0.7);
  const { variations, iterations, initialNoise } = parameters;
  return {
    variations,
    iterations,
    labels: null,
    directions: options.algorithm === 'disco' ? spread.map(({ name }) => name) : null,
    init: ({ first, latents }) =>
      initialVariations({
        seed,
        first,
        references: latents,
        latentDim: sessions.latentDim,
        variations,
        initialNoise,
        spread,
      }),
    step: (group, state, signal) =>
      dispersionStep({ sessions, seed, group, parameters, signal }, state),
    weights: (first, count) => spreadWeights(spread, { seed, first, count, variations }),
  };
}

/** Labelled variations, which are placed and stay. */
function standing(
  sessions: ChainSessions,
  options: VariationOptions & { readonly algorithm: 'covariates' },
): VariationMethod {
  const parameters = checkParameters('covariates', options.parameters ?? {});
  const expressions = options.expressions ?? EXPRESSIONS;
  const generator = sessions.chain.generator;
  const plan = planLabelled(options.covariates, { parameters, expressions, generator });
  const variations = plan.labels.length;
  if (variations === 0) {
    throw new ParameterError(
      'poseSteps',
      'is 0, as are illuminationSteps and the number of expressions, so that no variation would be made; raise one of them.',
    );
  }
  return {
    variations,
    iterations: 0,
    labels: plan.labels,
    directions: plan.directions,
    init: ({ latents }) => plan.place(latents),
    step: () => Promise.reject(new Error('internal error: labelled variations do not move')),
    weights: (_first, count) => {
      const values = new Float32Array(count * plan.weights.length);
      for (let i = 0; i < count; i++) values.set(plan.weights, i * plan.weights.length);
      return values;
    },
  };
}

async function inLatentUnits(
  sessions: ChainSessions,
  given: DispersionParameters,
  truncation: number,
): Promise<ResolvedDispersion> {
  const isRelative = (length: LatentLength): boolean => typeof length !== 'number';
  const needsScale = isRelative(given.latentRadius) || isRelative(given.initialNoise);
  const scale = needsScale ? await sessions.latentScale(truncation) : 0;
  return {
    ...given,
    latentRadius: resolveLength(given.latentRadius, scale),
    initialNoise: resolveLength(given.initialNoise, scale),
  };
}
