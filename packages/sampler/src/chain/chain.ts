/** @file A generator and a recogniser joined: graphs from w to image, embedding and gradients. */

import { createHash } from 'node:crypto';
import { gradientStatus, simplify } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import { ModelMismatchError, UnsupportedOperatorError, isSamplerError } from '../errors.ts';
import type { GeneratorModel, RecogniserModel } from '../models/model.ts';
import { chainBatch, embedGraph, imageGraph } from './forward-graphs.ts';
import type { ChainModels } from './forward-graphs.ts';
import { dispersionGraph, pullbackGraph } from './gradient-graphs.ts';

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
}

export type ChainGraph = 'mapping' | 'image' | 'embed' | 'pullback' | 'dispersion';

/**
 * Joins two models. Everything that can be refused without running anything is refused here.
 *
 * @throws ModelMismatchError when they do not fit; UnsupportedOperatorError naming each operator
 *   without a gradient rule, unless `gradients` is false
 */
export function buildChain(
  models: ChainModels,
  options: { readonly gradients?: boolean } = {},
): Chain {
  const { generator, recogniser } = models;
  const embed = joined(models);
  if (options.gradients !== false) checkGradients(models, embed);
  const graphs = new Map<ChainGraph, Graph>([['embed', embed]]);
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
        return embed;
      case 'pullback':
        return pullbackGraph(embed);
      case 'dispersion':
        return dispersionGraph(graph('pullback'));
    }
  };
  return {
    generator,
    recogniser,
    latentDim: generator.latentDim,
    embeddingDim: recogniser.embeddingDim,
    batch: chainBatch(models),
    digest: createHash('sha256').update(generator.digest).update(recogniser.digest).digest('hex'),
    graph,
  };
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
