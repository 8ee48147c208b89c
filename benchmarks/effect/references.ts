/** @file The reference algorithms at several ICTs, with what they cost. */

import { countRows, openPairs, SaturatedError, sampleReferences } from '@colloid/sampler';
import type {
  ChainSessions,
  ReferenceOptions,
  ReferenceProgress,
  ReferenceState,
} from '@colloid/sampler';
import { findPreset } from '@colloid/sampler/recipe';
import type { LangevinParameters } from '@colloid/sampler';

export interface EffectOptions {
  readonly sessions: ChainSessions;
  readonly identities: number;
  readonly seed: number;
  /** Of Langevin. */
  readonly iterations: number;
  readonly note: (text: string) => void;
}

/** One line of the table. */
export interface ReferenceRow {
  readonly algorithm: string;
  readonly ict: number;
  /** Identities placed; fewer than asked for where the generator was saturated. */
  readonly placed: number;
  readonly isSaturated: boolean;
  readonly thetaMin: number;
  readonly thetaMean: number;
  /** Of the pairs of those placed. */
  readonly shareAboveIct: number;
  /** Forward passes of single latents. */
  readonly embeddings: number;
  readonly gradients: number;
  readonly seconds: number;
}

/** Of the repulsion of `repulse` on the built-in pair. */
const REPULSE_COEFFICIENT = 5;

/** Langevin of the built-in presets, which moves the same whatever the ICT. */
export function builtInLangevin(): LangevinParameters {
  const references = findPreset('built-in-standard')?.recipe.references;
  if (references?.algorithm !== 'langevin') {
    throw new Error('the preset built-in-standard has no Langevin');
  }
  return references.parameters;
}

/** `random` and `langevin` are run once and counted at every ICT, which does not act on them. */
export async function referenceEffect(
  options: EffectOptions & { readonly icts: readonly number[]; readonly tries: number },
): Promise<readonly ReferenceRow[]> {
  const { identities, seed, icts, tries } = options;
  const common = { identities, seed };
  const random = await run(options, { algorithm: 'random', ...common });
  const langevin = await run(options, {
    algorithm: 'langevin',
    ...common,
    parameters: { ...builtInLangevin(), iterations: options.iterations },
  });
  const rows: ReferenceRow[] = [];
  for (const ict of icts) {
    const placing = { interClassThreshold: ict, triesPerIdentity: tries };
    const reject = await run(options, { algorithm: 'reject', ...common, parameters: placing });
    const repulse = await run(options, {
      algorithm: 'repulse',
      ...common,
      parameters: { ...placing, repulsionCoefficient: REPULSE_COEFFICIENT },
    });
    for (const found of [random, reject, repulse, langevin]) {
      rows.push(await measured(options.sessions, found, ict));
    }
  }
  return rows;
}

interface Run {
  readonly algorithm: string;
  readonly state: ReferenceState;
  readonly isSaturated: boolean;
  readonly embeddings: number;
  readonly gradients: number;
  readonly seconds: number;
}

/** Runs to the end or to saturation. */
async function run({ sessions, note }: EffectOptions, wanted: ReferenceOptions): Promise<Run> {
  const counted = countRows(sessions);
  const start = performance.now();
  let last: ReferenceProgress | undefined;
  let isSaturated = false;
  try {
    for await (const progress of sampleReferences(counted.sessions, wanted)) {
      last = progress;
      note(
        `${wanted.algorithm} ${wanted.parameters?.interClassThreshold ?? ''}: ${progress.completed} of ${progress.total}, θ min ${progress.statistics.theta.min.toFixed(3)}`,
      );
    }
  } catch (error) {
    if (!(error instanceof SaturatedError)) throw error;
    isSaturated = true;
  }
  if (last === undefined) throw new Error(`${wanted.algorithm} ended without progress`);
  return {
    algorithm: wanted.algorithm,
    state: last.state,
    isSaturated,
    ...counted.counts,
    seconds: (performance.now() - start) / 1000,
  };
}

async function measured(sessions: ChainSessions, found: Run, ict: number): Promise<ReferenceRow> {
  const { state, ...rest } = found;
  const pairs = openPairs(sessions.runtime, { embeddingDim: sessions.embeddingDim });
  try {
    const { theta, aboveIct } = await pairs.statistics(state.embeddings, { ict });
    return {
      ict,
      placed: state.latents.length / sessions.latentDim,
      thetaMin: theta.min,
      thetaMean: theta.mean,
      shareAboveIct: aboveIct,
      ...rest,
    };
  } finally {
    await pairs.close();
  }
}
