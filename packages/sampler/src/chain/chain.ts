/** @file A generator and a recogniser joined: graphs from w to image, embedding and gradients. */

import { createHash } from 'node:crypto';
import { encodeModel, gradientStatus, recompute, simplify } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import manifest from '../../package.json' with { type: 'json' };
import { ModelMismatchError, UnsupportedOperatorError, isSamplerError } from '../errors.ts';
import type { GeneratorModel, RecogniserModel } from '../models/model.ts';
import { chainBatch, embedGraph, imageGraph } from './forward-graphs.ts';
import type { ChainModels } from './forward-graphs.ts';
import { COTANGENT, dispersionGraph, forwardGraph, pullbackGraph } from './gradient-graphs.ts';
import type { GraphCache } from './graph-cache.ts';

export interface Chain {
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
  readonly latentDim: number;
  readonly embeddingDim: number;
  /** The batch the models are fixed to; null: any. */
  readonly batch: number | null;
  /** SHA-256 in hex over both models' digests. */
  readonly digest: string;
  /** Built when first asked for, then kept. */
  graph(kind: ChainGraph): Graph;
  /** The graph as bytes; from the cache, where there is one that has it, without building it. */
  encoded(kind: ChainGraph): Promise<Uint8Array>;
}

export interface ChainOptions {
  /** False for chains that never ask for a gradient; then operators without one are accepted. @default true */
  readonly gradients?: boolean;
  /** Keeps encoded graphs beyond this chain. @default none */
  readonly cache?: GraphCache;
  /** Recomputes activations of gradients so that a batch of `batchSize` needs at most `limitBytes` for them, where that can be reached. @default all are kept */
  readonly memory?: { readonly limitBytes: number; readonly batchSize: number };
}

const { version } = manifest;

/** To be raised whenever the same models give other graphs: cached ones belong to it. */
const GRAPH_REVISION = '1';

export type ChainGraph = 'mapping' | 'image' | 'embed' | 'pullback' | 'dispersion';

/**
 * Joins two models. Everything that can be refused without running anything is refused here.
 *
 * @throws ModelMismatchError when they do not fit; UnsupportedOperatorError naming each operator
 *   without a gradient rule, unless `gradients` is false
 */
export function buildChain(models: ChainModels, options: ChainOptions = {}): Chain {
  const { generator, recogniser } = models;
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
        return withinMemory(pullbackGraph(embed), chainBatch(models), options.memory);
      case 'dispersion':
        return dispersionGraph(graph('pullback'));
    }
  };
  const digest = createHash('sha256')
    .update(generator.digest)
    .update(recogniser.digest)
    .digest('hex');
  const { cache, gradients = true, memory = null } = options;
  return {
    generator,
    recogniser,
    latentDim: generator.latentDim,
    embeddingDim: recogniser.embeddingDim,
    batch: chainBatch(models),
    digest,
    graph,
    encoded: (kind) => {
      const key = JSON.stringify([version, GRAPH_REVISION, digest, kind, gradients, memory]);
      const build = (): Graph => graph(kind);
      return (
        cache?.encoded(createHash('sha256').update(key).digest('hex'), build) ??
        Promise.resolve(encodeModel(build()))
      );
    },
  };
}

function withinMemory(
  pullback: Graph,
  batch: number | null,
  memory: ChainOptions['memory'],
): Graph {
  if (memory === undefined) return pullback;
  const { limitBytes, batchSize } = memory;
  return recompute(pullback, {
    limitBytes,
    cotangents: [COTANGENT],
    sizes: { batch: batch ?? batchSize },
  });
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

function checkGradients(models: ChainModels, embed: Graph): void {
  const missing = gradientStatus(embed, { outputs: ['embedding'], withRespectTo: ['w'] });
  if (missing.length > 0) {
    throw new UnsupportedOperatorError(
      `generator '${models.generator.name}' and recogniser '${models.recogniser.name}'`,
      missing,
    );
  }
}
