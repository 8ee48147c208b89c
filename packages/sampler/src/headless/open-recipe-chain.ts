/** @file The chain that a recipe computes with, in the precision that it asks for. */

import { buildChain, openChain } from '../chain/index.ts';
import type { ChainSessions, GraphCache, OpenChainOptions } from '../chain/index.ts';
import { isSamplerError, PrecisionError } from '../errors.ts';
import { checkPairGradients, isWithinTolerance, toleranceOf } from '../inspection/index.ts';
import type { GeneratorModel, RecogniserModel } from '../models/index.ts';
import type { Recipe } from '../recipe/index.ts';
import type { Runtime } from '../runtime/index.ts';

export interface RecipeChainOptions extends Omit<OpenChainOptions, 'batchSize'> {
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
  readonly recipe: Pick<Recipe, 'precision' | 'batchSize'>;
  /** @default none */
  readonly cache?: GraphCache;
  /** Most bytes that faster forms of convolutions may add to the weights on a CPU; see `ChainOptions`. @default 536870912 */
  readonly mostWeightBytes?: number | undefined;
}

/** Enough to tell a gradient that is wrong from one that is rounded; a run waits for it. */
const CHECK = { samples: 2, directions: 8 } as const;

/**
 * Opens the chain of a recipe's models. In float16 the pair's gradient is checked first, on this very provider, against central
 * differences. Whoever opened it closes it.
 *
 * @throws PrecisionError where float16 is too coarse for the pair; what `buildChain` and `openChain` throw
 */
export async function openRecipeChain(
  runtime: Runtime,
  options: RecipeChainOptions,
): Promise<ChainSessions> {
  const { generator, recogniser, recipe, cache, mostWeightBytes, ...rest } = options;
  const { precision, batchSize } = recipe;
  const models = { generator, recogniser };
  const chain = buildChain(models, {
    precision,
    ...(cache && { cache }),
    ...(mostWeightBytes === undefined ? {} : { mostWeightBytes }),
  });
  const sessions = await openChain(runtime, chain, { ...rest, batchSize });
  if (precision === 'float32') return sessions;
  try {
    await requireFloat16(sessions, options.signal);
    return sessions;
  } catch (error) {
    await sessions.close();
    throw error;
  }
}

async function requireFloat16(
  sessions: ChainSessions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { generator, recogniser } = sessions.chain;
  const pair = `'${generator.name}' and '${recogniser.name}'`;
  const remedy = "set the recipe's precision to float32";
  const report = await checkPairGradients(sessions, { ...CHECK, signal }).catch(
    (error: unknown) => {
      if (!isSamplerError(error) || error.code !== 'NOT_FINITE') throw error;
      throw new PrecisionError(
        `float16 has no room for the values of ${pair} (${error.message}); ${remedy}.`,
        { cause: error },
      );
    },
  );
  if (isWithinTolerance(report, 'float16')) return;
  const { median, worst } = toleranceOf('float16');
  throw new PrecisionError(
    `float16 is too coarse for ${pair}: the gradient differs from central differences by ${report.median.toPrecision(2)} (median) and ${report.worst.toPrecision(2)} (worst), at most ${median} and ${worst} are allowed; ${remedy}.`,
  );
}
