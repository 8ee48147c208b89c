/** @file The training loop's one step: weights into the gradient graph, gradients into the optimiser. */

import { differentiate, promote, type Graph } from '@colloid/onnx';

import {
  globalNorm,
  initialiseAdamW,
  stepAdamW,
  type AdamWParameters,
  type AdamWState,
} from './adamw.ts';
import type { HostTensor, Session } from '../runtime/types.ts';
import { TrainingError } from './errors.ts';

/** A graph whose inputs are data and weights, and whose outputs are the loss, metrics and `<weight>_grad`. */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly loss: string;
  readonly metrics: readonly string[];
  readonly weights: ReadonlyMap<
    string,
    { readonly dims: readonly number[]; readonly initial: Float32Array }
  >;
}

/** Everything needed to go on exactly where training stood. Arrays are copies. */
export interface TrainerCheckpoint {
  readonly step: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
}

export interface StepParameters extends Omit<AdamWParameters, 'weightDecay'> {
  /** Gradients are scaled down to this global norm when they exceed it. */
  readonly clipNorm: number;
  /** Decoupled decay of one weight, by name. */
  readonly weightDecay: (weight: string) => number;
}

export interface StepReport {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Before clipping. */
  readonly gradientNorm: number;
}

export interface Trainer {
  /** Updates made so far. */
  readonly step: number;
  /** The current weights. They are overwritten by the next update: copy what must be kept. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** One forward and backward pass and one update. @throws TrainingError when loss or gradients are not finite. */
  update(data: Record<string, HostTensor>, parameters: StepParameters): Promise<StepReport>;
  checkpoint(): TrainerCheckpoint;
  restore(checkpoint: TrainerCheckpoint): void;
}

/**
 * Turns a forward graph with a scalar loss into one that also gives the gradient of every trainable initialiser.
 *
 * @param forward outputs `loss` (scalar) and `metrics` (scalars); the trainable initialisers become inputs.
 */
export function trainingGraph(
  forward: Graph,
  options: {
    readonly loss: string;
    readonly metrics: readonly string[];
    readonly trainable: readonly string[];
  },
): TrainingGraph {
  const { loss, metrics, trainable } = options;
  const weights = new Map(
    trainable.map((name) => {
      const tensor = forward.initialisers.get(name);
      if (tensor?.dtype !== 'float32') {
        throw new TrainingError(
          'PARAMETER_INVALID',
          `Graph '${forward.name}' has no float32 initialiser '${name}' to train; name one of its weights.`,
        );
      }
      return [name, { dims: tensor.dims, initial: tensor.data as Float32Array }] as const;
    }),
  );
  const graph = differentiate(promote(forward, trainable), {
    outputs: [{ name: loss, seed: 'ones' }],
    withRespectTo: trainable,
    keepOutputs: true,
  });
  return { graph, loss, metrics, weights };
}

/** A trainer over an open session of `training.graph`. The caller keeps the session and disposes of it. */
export function createTrainer(session: Pick<Session, 'run'>, training: TrainingGraph): Trainer {
  const weights = new Map(
    [...training.weights].map(([name, { initial }]) => [name, shared(initial)]),
  );
  const moments = new Map<string, AdamWState>(
    [...weights].map(([name, values]) => [name, initialiseAdamW(values.length)]),
  );
  let stepCount = 0;
  return {
    weights,
    get step() {
      return stepCount;
    },
    async update(data, parameters) {
      const outputs = await session.run({ ...data, ...weightFeeds(training, weights) });
      const loss = scalar(outputs, training.loss);
      const gradients = new Map(
        [...weights.keys()].map((name) => [name, float32(outputs, `${name}_grad`)]),
      );
      const gradientNorm = globalNorm(gradients.values());
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        throw new TrainingError(
          'NOT_FINITE',
          `Step ${String(stepCount)}: loss ${String(loss)}, gradient norm ${String(gradientNorm)}; lower the learning rate or lengthen the warm-up.`,
        );
      }
      const scale = gradientNorm > parameters.clipNorm ? parameters.clipNorm / gradientNorm : 1;
      for (const [name, values] of weights) {
        const options = { ...parameters, weightDecay: parameters.weightDecay(name) };
        const state = moments.get(name) as AdamWState;
        moments.set(
          name,
          stepAdamW(values, gradients.get(name) as Float32Array, state, options, scale),
        );
      }
      stepCount += 1;
      const metrics = Object.fromEntries(
        training.metrics.map((name) => [name, scalar(outputs, name)]),
      );
      return { loss, metrics, gradientNorm };
    },
    checkpoint: () => ({
      step: stepCount,
      weights: new Map([...weights].map(([name, values]) => [name, Float32Array.from(values)])),
      firstMoments: new Map([...moments].map(([name, state]) => [name, state.firstMoment.slice()])),
      secondMoments: new Map(
        [...moments].map(([name, state]) => [name, state.secondMoment.slice()]),
      ),
    }),
    restore(checkpoint) {
      for (const [name, values] of weights) {
        values.set(matching(checkpoint.weights, name, values.length));
        moments.set(name, {
          firstMoment: matching(checkpoint.firstMoments, name, values.length).slice(),
          secondMoment: matching(checkpoint.secondMoments, name, values.length).slice(),
          step: checkpoint.step,
        });
      }
      stepCount = checkpoint.step;
    },
  };
}

/** A copy that a session's thread reads in place instead of being sent it at every step. */
function shared(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

function weightFeeds(
  training: TrainingGraph,
  weights: ReadonlyMap<string, Float32Array>,
): Record<string, HostTensor> {
  return Object.fromEntries(
    [...training.weights].map(([name, { dims }]) => [
      name,
      { dtype: 'float32' as const, dims, data: weights.get(name) as Float32Array },
    ]),
  );
}

function float32(outputs: Record<string, HostTensor>, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new TrainingError(
    'SESSION_FAILED',
    `The training graph gave no float32 output '${name}'; open the session on the graph that trainingGraph() returned.`,
  );
}

function scalar(outputs: Record<string, HostTensor>, name: string): number {
  return float32(outputs, name)[0] ?? Number.NaN;
}

function matching(
  arrays: ReadonlyMap<string, Float32Array>,
  name: string,
  length: number,
): Float32Array {
  const array = arrays.get(name);
  if (array?.length === length) return array;
  throw new TrainingError(
    'CHECKPOINT_MISMATCH',
    `The checkpoint holds ${String(array?.length ?? 0)} values of '${name}', the network ${String(length)}; it was written for another network, start afresh.`,
  );
}
