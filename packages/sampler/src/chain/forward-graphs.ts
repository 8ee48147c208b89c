/** @file The forward graphs of a chain: mapping, image, embedding. */

import { GraphBuilder, inline } from '@colloid/onnx';
import type { Dim, Graph, Value } from '@colloid/onnx';

import { ModelMismatchError } from '../errors.ts';
import type { GeneratorModel, RecogniserModel } from '../models/model.ts';
import { addBridge, addPixels } from './bridge.ts';

export interface ChainModels {
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
}

/** The batch size both models are fixed to, or null. @throws ModelMismatchError when they differ */
export function chainBatch({ generator, recogniser }: ChainModels): number | null {
  const sizes = [generator.batch, recogniser.batch].filter((size) => size !== null);
  const [first, second] = sizes;
  if (first !== undefined && second !== undefined && first !== second) {
    throw new ModelMismatchError(
      generator.name,
      recogniser.name,
      `their graphs are fixed to batches of ${generator.batch} and ${recogniser.batch}; export one of them with a symbolic batch dimension.`,
    );
  }
  return first ?? null;
}

/** w [batch, D] to bytes [batch, H, W, 3], output 'pixels'. */
export function imageGraph(generator: GeneratorModel): Graph {
  const b = new GraphBuilder({ name: `${generator.name} image`, opset: generator.synthesis.opset });
  const w = b.input('w', 'float32', [generator.batch ?? 'batch', generator.latentDim]);
  const image = addSynthesis(b, generator, w);
  b.output('pixels', addPixels(b, image, generator.manifest.image));
  return b.build();
}

/** w [batch, D] to unit embeddings [batch, E], output 'embedding'. */
export function embedGraph(models: ChainModels): Graph {
  const { generator, recogniser } = models;
  const opset = generator.synthesis.opset;
  if (recogniser.network.opset !== opset) {
    throw new ModelMismatchError(
      generator.name,
      recogniser.name,
      `their graphs use opset ${opset} and ${recogniser.network.opset}; export both with the same opset, 17 for example.`,
    );
  }
  const b = new GraphBuilder({ name: `${generator.name} to ${recogniser.name}`, opset });
  const batch: Dim = chainBatch(models) ?? 'batch';
  const w = b.input('w', 'float32', [batch, generator.latentDim]);
  const bridged = addBridge(b, addSynthesis(b, generator, w), {
    generator: generator.manifest,
    recogniser: recogniser.manifest,
  });
  const { input, output } = recogniser.manifest.network;
  const raw = inline(b, recogniser.network, { [input]: bridged }, 'recogniser')[output];
  if (raw === undefined) throw new Error('internal error: the checked output is gone');
  b.output('embedding', normalise(b, raw));
  return b.build();
}

/** w [batch, D] to a number per row, output 'trace': 0 where all values of the raw image are finite, else NaN. */
export function finiteImageGraph(generator: GeneratorModel): Graph {
  const b = new GraphBuilder({ name: `${generator.name} trace`, opset: generator.synthesis.opset });
  const w = b.input('w', 'float32', [generator.batch ?? 'batch', generator.latentDim]);
  const image = addSynthesis(b, generator, w);
  b.output('trace', b.reduceSum(b.mul(image, 0), { axes: [1, 2, 3], keepDims: false }));
  return b.build();
}

/** The generator's raw image of w. */
export function addSynthesis(b: GraphBuilder, generator: GeneratorModel, w: Value): Value {
  const { input, output } = generator.manifest.synthesis;
  const image = inline(b, generator.synthesis, { [input]: w }, 'generator')[output];
  if (image === undefined) throw new Error('internal error: the checked output is gone');
  return image;
}

/** e / |e|, so that its gradient is tangent to the sphere by construction. */
export function normalise(b: GraphBuilder, e: Value): Value {
  return b.scope('unit', () =>
    b.div(e, b.sqrt(b.reduceSum(b.mul(e, e), { axes: [1], keepDims: true }))),
  );
}
