/** @file Samples variations of each identity: groups of identities one after another. */

import { naming } from '../chain/finite.ts';
import type { ChainSessions } from '../chain/index.ts';
import { ParameterError } from '../errors.ts';
import { angleBetween, distanceBetween } from '../pairs/index.ts';
import { checkSeed } from '../random/random.ts';
import type { DriverOptions } from '../references/index.ts';
import { batchRows } from './dispersion.ts';
import type { DispersionState, VariationGroup } from './dispersion.ts';
import { makeMethod } from './method.ts';
import type { VariationMethod } from './method.ts';
import type {
  CovariateWeights,
  FinishedVariations,
  VariationOptions,
  VariationProgress,
  VariationResult,
  VariationState,
} from './options.ts';
import { VariationOutput } from './output.ts';
import { VariationCollector } from './statistics.ts';

/**
 * Identities whose variations share a batch: as many as fill it, at least one. Shards of a run must
 * start at its multiples, so that every shard is cut into the same batches as the whole.
 */
export function variationGroup(batchSize: number, variations: number): number {
  return Math.max(1, Math.floor(batchSize / variations));
}

/**
 * Samples variations. Yields after every iteration of every group; `finished` carries the group's
 * latents when it is done.
 *
 * @throws ParameterError, CheckpointError, NotFiniteError, SessionError; the signal's reason when aborted
 */
export async function* sampleVariations(
  sessions: ChainSessions,
  options: VariationOptions,
  driver: DriverOptions & { readonly resumeFrom?: VariationState | undefined } = {},
): AsyncGenerator<VariationProgress, VariationResult> {
  const plan = await makePlan(sessions, options);
  const { method } = plan;
  const { iterations } = method;
  const output = VariationOutput.open(
    { ...plan, variations: method.variations, ...sessions },
    driver.resumeFrom,
  );
  const totals = Array.from({ length: iterations + 1 }, () => new VariationCollector());
  for (let done = output.done; done < plan.identities;) {
    const count = Math.min(plan.togetherSize, plan.identities - done);
    const group = sliceGroup(sessions, options, { first: plan.firstIdentity + done, done, count });
    let state: DispersionState = { iteration: 0, latents: method.init(group) };
    while (state.iteration < iterations) {
      driver.signal?.throwIfAborted();
      const step = await method.step(group, state, driver.signal);
      totals[state.iteration]?.merge(step.info);
      const statistics = step.info.statistics(state.iteration);
      state = step.state;
      const fraction = (done + (count * state.iteration) / (iterations + 1)) / plan.identities;
      const { iteration } = state;
      yield {
        identitiesDone: done,
        identities: plan.identities,
        iteration,
        iterations,
        fraction,
        statistics,
        finished: null,
      };
    }
    const { finished, info } = await finish(sessions, {
      group,
      method,
      latents: state.latents,
      signal: driver.signal,
    });
    totals[iterations]?.merge(info);
    output.put(done, finished);
    done += count;
    yield {
      identitiesDone: done,
      identities: plan.identities,
      iteration: iterations,
      iterations,
      fraction: done / plan.identities,
      statistics: info.statistics(iterations),
      finished,
    };
  }
  const { latents, embeddings, theta } = output;
  const statistics = totals.map((collector, iteration) => collector.statistics(iteration));
  return {
    variations: method.variations,
    latents,
    embeddings,
    theta,
    statistics,
    labels: method.labels,
    weights: weightsOf(plan),
  };
}

interface Plan {
  readonly method: VariationMethod;
  readonly identities: number;
  readonly firstIdentity: number;
  readonly groupSize: number;
  /** Identities moved at the same time: a group for each batch that can run at once. */
  readonly togetherSize: number;
}

async function makePlan(sessions: ChainSessions, options: VariationOptions): Promise<Plan> {
  checkSeed(options.seed);
  const method = await makeMethod(sessions, options);
  const { latents, embeddings } = options.references;
  const identities = latents.length / sessions.latentDim;
  if (!Number.isInteger(identities) || embeddings.length !== identities * sessions.embeddingDim) {
    throw new ParameterError(
      'references',
      `must hold as many rows of ${sessions.latentDim} latent as of ${sessions.embeddingDim} embedding numbers, got ${latents.length} and ${embeddings.length} numbers.`,
    );
  }
  const groupSize = variationGroup(sessions.batchSize, method.variations);
  const firstIdentity = options.firstIdentity ?? 0;
  if (!Number.isInteger(firstIdentity) || firstIdentity < 0 || firstIdentity % groupSize !== 0) {
    throw new ParameterError(
      'firstIdentity',
      `must be a multiple of ${groupSize}, the identities that fill a batch, got ${firstIdentity}; cut shards at multiples of variationGroup(batchSize, variations).`,
    );
  }
  const fitsBatch = method.variations <= sessions.batchSize;
  const togetherSize = groupSize * (fitsBatch ? sessions.lanes : 1);
  return { method, identities, firstIdentity, groupSize, togetherSize };
}

function sliceGroup(
  sessions: ChainSessions,
  options: VariationOptions,
  at: { readonly first: number; readonly done: number; readonly count: number },
): VariationGroup {
  const { first, done, count } = at;
  const { latentDim: D, embeddingDim: E } = sessions;
  const { latents, embeddings } = options.references;
  return {
    first,
    count,
    latents: latents.slice(done * D, (done + count) * D),
    embeddings: embeddings.slice(done * E, (done + count) * E),
  };
}

function weightsOf({ method, firstIdentity, identities }: Plan): CovariateWeights | null {
  if (method.directions === null) return null;
  return { directions: method.directions, values: method.weights(firstIdentity, identities) };
}

async function finish(
  sessions: ChainSessions,
  end: {
    readonly group: VariationGroup;
    readonly method: VariationMethod;
    readonly latents: Float32Array;
    readonly signal: AbortSignal | undefined;
  },
): Promise<{ finished: FinishedVariations; info: VariationCollector }> {
  const { group, latents, signal } = end;
  const { variations: A } = end.method;
  const embeddings = await naming(
    (row) => `variation ${row % A} of identity ${group.first + Math.floor(row / A)} at its end`,
    () => sessions.embed(latents, { signal, batchRows: batchRows(sessions, A) }),
  );
  const theta = new Float32Array(group.count * A);
  const info = new VariationCollector();
  for (let row = 0; row < theta.length; row++) {
    const j = Math.floor(row / A);
    const dim = sessions.embeddingDim;
    const angle = angleBetween({ a: embeddings, i: row, b: group.embeddings, j, dim });
    theta[row] = angle;
    info.theta.add(angle);
    for (let other = row + 1; other < (j + 1) * A; other++) {
      const pair = { a: latents, i: row, b: latents, j: other, dim: sessions.latentDim };
      info.latentDistance.add(distanceBetween(pair));
    }
  }
  const { first, count } = group;
  return { finished: { first, count, latents, embeddings, theta }, info };
}
