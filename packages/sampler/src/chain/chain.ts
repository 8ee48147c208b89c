/** @file A generator and a recogniser joined: graphs from w to image, embedding and gradients. */

import { createHash } from 'node:crypto';
import {
  absorbFactors,
  adaptForCpu,
  adaptForWebGpu,
  computeInFloat16,
  deferFactors,
  eliminateCommon,
  encodeModel,
  gradientStatus,
  isOnnxError,
  simplify,
} from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import manifest from '../../package.json' with { type: 'json' };
import { ModelMismatchError, UnsupportedOperatorError, isSamplerError } from '../errors.ts';
import type { GeneratorModel, RecogniserModel } from '../models/model.ts';
import { chainBatch, embedGraph, imageGraph } from './forward-graphs.ts';
import type { ChainModels } from './forward-graphs.ts';
import { dispersionGraph, forwardGraph, pullbackGraph, scaleCotangent } from './gradient-graphs.ts';
import type { SessionModel } from '../runtime/types.ts';
import type { GraphCache } from './graph-cache.ts';
import { GRAPH_REVISION } from './graph-revision.ts';
import { planMemory, rowsAtOnce } from './memory-plan.ts';
import type { MemoryPlan } from './memory-plan.ts';

export interface Chain {
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
  readonly latentDim: number;
  readonly embeddingDim: number;
  /** The batch the models are fixed to; null: any. */
  readonly batch: number | null;
  /** SHA-256 in hex over both models' digests. */
  readonly digest: string;
  readonly precision: Precision;
  /** Built when first asked for, then kept. */
  graph(kind: ChainGraph): Graph;
  /** Most rows of one run of this graph under the memory limit; Infinity without one. */
  maxRows(kind: ChainGraph): number;
  /** Rows that one run on a CPU does best with, whatever the batch; the same on every machine. */
  readonly rowsAtOnce: number;
  /**
   * The graph as bytes, in the form for a provider; from the cache, where there is one that has it, without building it.
   *
   * @default form 'plain'
   */
  encoded(kind: ChainGraph, form?: GraphForm): Promise<Uint8Array>;
  /** As `encoded`, for a session; a large graph that was built just now is not encoded, which would copy its weights. */
  model(kind: ChainGraph, form?: GraphForm): Promise<SessionModel>;
}

export interface ChainOptions {
  /** False for chains that never ask for a gradient; then operators without one are accepted. @default true */
  readonly gradients?: boolean;
  /**
   * What images, embeddings and gradients are computed in; latents and results are float32 either way. Whether a pair bears float16 is for
   * its gradient check to say.
   *
   * @default 'float32'
   */
  readonly precision?: Precision;
  /** Keeps encoded graphs beyond this chain. @default none */
  readonly cache?: GraphCache;
  /**
   * Most bytes that the values of one gradient run may need, weights not counted; several runs go on at once on a CPU. Batches are cut
   * smaller for it, which costs no time per image, and where one row is too much, activations are recomputed, which does.
   *
   * @default no limit
   */
  readonly memoryLimitBytes?: number;
  /**
   * Most bytes that faster forms of convolutions may add to the weights on a CPU, shared by its threads where the graph is large; while it is
   * loaded it takes up to twice as much. 0: none, which is slower.
   *
   * @default 536870912
   */
  readonly mostWeightBytes?: number;
}

const { version } = manifest;

export type Precision = 'float32' | 'float16';

/** 'plain' runs on every provider, 'cpu' and 'webgpu' faster or right on theirs; 'reference' is plain and always float32. */
export type GraphForm = 'plain' | 'cpu' | 'webgpu' | 'reference';

export type ChainGraph = 'mapping' | 'image' | 'embed' | 'pullback' | 'dispersion';

/**
 * Joins two models. Everything that can be refused without running anything is refused here.
 *
 * @throws ModelMismatchError when they do not fit; UnsupportedOperatorError naming each operator
 *   without a gradient rule, unless `gradients` is false
 */
export function buildChain(models: ChainModels, options: ChainOptions = {}): Chain {
  const { generator, recogniser } = models;
  const { precision = 'float32' } = options;
  const isHalf = precision === 'float16';
  const embed = joined(models);
  if (options.gradients !== false) checkGradients(models, embed);
  const graphs = new Map<ChainGraph, Graph>();
  const graph = (kind: ChainGraph): Graph => {
    let found = graphs.get(kind);
    if (found === undefined) {
      found = make(kind);
      graphs.set(kind, found);
    }
    return found;
  };
  let planned: MemoryPlan | undefined;
  let preferred: number | undefined;
  // In float16 factors stay where they are: they may be what keeps a value within its range.
  const gradient = (): Graph => {
    const forward = isHalf ? embed : absorbFactors(embed);
    const once = eliminateCommon(differentiated(models, forward));
    return isHalf ? once : absorbFactors(deferFactors(once));
  };
  const plan = (): MemoryPlan =>
    (planned ??= planMemory(gradient(), {
      limitBytes: options.memoryLimitBytes ?? Infinity,
      batch: chainBatch(models),
    }));
  const make = (kind: ChainGraph): Graph => {
    switch (kind) {
      case 'mapping':
        if (generator.mapping === null) throw new Error('internal error: no mapping network');
        return simplify(generator.mapping);
      case 'image':
        return simplify(imageGraph(generator));
      case 'embed':
        return options.gradients === false ? embed : forwardGraph(graph('pullback'));
      case 'pullback':
        return isHalf ? scaleCotangent(plan().graph) : plan().graph;
      case 'dispersion':
        return dispersionGraph(graph('pullback'));
    }
  };
  const digest = createHash('sha256')
    .update(generator.digest)
    .update(recogniser.digest)
    .digest('hex');
  const { cache, gradients = true, memoryLimitBytes = null, mostWeightBytes } = options;
  const model = (kind: ChainGraph, form: GraphForm = 'plain'): Promise<SessionModel> => {
    const key = JSON.stringify([
      version,
      GRAPH_REVISION,
      digest,
      kind,
      form,
      precision,
      gradients,
      memoryLimitBytes,
      form === 'cpu' && mostWeightBytes !== undefined ? mostWeightBytes : null,
    ]);
    const build = (): Graph =>
      isHalf && kind !== 'mapping' && form !== 'reference'
        ? computeInFloat16(form === 'webgpu' ? adaptForWebGpu(graph(kind)) : graph(kind))
        : adapted(graph(kind), form, mostWeightBytes);
    return (
      cache?.model(createHash('sha256').update(key).digest('hex'), build) ??
      Promise.resolve(build())
    );
  };
  return {
    generator,
    recogniser,
    latentDim: generator.latentDim,
    embeddingDim: recogniser.embeddingDim,
    batch: chainBatch(models),
    digest,
    precision,
    graph,
    maxRows: (kind) =>
      memoryLimitBytes !== null && (kind === 'pullback' || kind === 'dispersion')
        ? plan().maxRows
        : Infinity,
    get rowsAtOnce() {
      return (preferred ??= chainBatch(models) ?? rowsAtOnce(embed));
    },
    model,
    async encoded(kind, form) {
      const found = await model(kind, form);
      return found instanceof Uint8Array ? found : encodeModel(found);
    },
  };
}

function adapted(graph: Graph, form: GraphForm, mostWeightBytes: number | undefined): Graph {
  switch (form) {
    case 'plain':
    case 'reference':
      return graph;
    case 'cpu':
      return adaptForCpu(graph, mostWeightBytes === undefined ? {} : { mostWeightBytes });
    case 'webgpu':
      return adaptForWebGpu(graph);
  }
}

function joined(models: ChainModels): Graph {
  try {
    // Before differentiation: the gradient of what is simple is simple too.
    return simplify(embedGraph(models));
  } catch (error) {
    if (isSamplerError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelMismatchError(
      models.generator.name,
      models.recogniser.name,
      `their graphs cannot be joined (${reason}); check the image sizes and layouts in both manifests.`,
      { cause: error },
    );
  }
}

/** A rule may need more than its operator's name tells, such as fixed sizes. */
function differentiated(models: ChainModels, embed: Graph): Graph {
  try {
    return pullbackGraph(embed);
  } catch (error) {
    if (!isOnnxError(error)) throw error;
    throw new ModelMismatchError(
      models.generator.name,
      models.recogniser.name,
      `no gradient can be built through their graphs (${error.message}); export the one with this node with fixed sizes, except for the batch.`,
      { cause: error },
    );
  }
}

function checkGradients(models: ChainModels, embed: Graph): void {
  const missing = gradientStatus(embed, { outputs: ['embedding'], withRespectTo: ['w'] });
  if (missing.length > 0) {
    throw new UnsupportedOperatorError(
      `generator '${models.generator.name}' and recogniser '${models.recogniser.name}'`,
      missing,
    );
  }
}
