/**
 * @file The graphs of a projection: what is wanted of an image, and how far a latent's image is from it, with the gradient.
 *
 *     L(w) = λ_p mean (x - x')²  +  λ_e |ê - ê'|²  +  λ_f Σ (f - f')²,     x in 0..1
 *
 * The chord |ê - ê'| = 2 sin(θ / 2) has a gradient everywhere, and that of θ² at 0.
 */

import { differentiate, GraphBuilder, inline, simplify } from '@colloid/onnx';
import type { Dim, Graph, Value } from '@colloid/onnx';

import { addBridge } from '../chain/bridge.ts';
import type { BridgeEnd } from '../chain/bridge.ts';
import { addSynthesis, chainBatch, normalise } from '../chain/forward-graphs.ts';
import type { ChainModels } from '../chain/forward-graphs.ts';
import { ModelMismatchError, ParameterError } from '../errors.ts';
import type { ImageSpec } from '../models/manifest.ts';
import type { PerceptualNetwork } from './options.ts';

export interface LossWeights {
  readonly pixelWeight: number;
  readonly embeddingWeight: number;
}

type Networks = ChainModels & { readonly perceptual: PerceptualNetwork | undefined };

/** Bytes [batch, H, W, 3] 'target' to its unit 'embedding' [batch, E] and each 'features_i' [batch, F]. */
export function targetGraph(networks: Networks): Graph {
  const { generator } = networks;
  const b = new GraphBuilder({
    name: `target of ${generator.name}`,
    opset: generator.synthesis.opset,
  });
  const target = targetInput(b, networks);
  b.output('embedding', embedding(b, networks, { image: target, end: targetEnd(networks) }));
  features(b, networks, { image: target, end: targetEnd(networks) }).forEach((value, i) => {
    b.output(featureName(i), value);
  });
  return simplify(b.build());
}

/**
 * Inputs w [batch, D], 'target' as above, and what {@link targetGraph} made of it as 'wanted_embedding' and 'wanted_features_i'; outputs
 * 'pixel' (mean squared difference), 'chord' (|ê - ê'|²), 'loss', all [batch], and 'w_grad' [batch, D].
 */
export function lossGraph(networks: Networks, weights: LossWeights): Graph {
  const { generator, recogniser, perceptual } = networks;
  const name = `projection on ${generator.name} and ${recogniser.name}`;
  const b = new GraphBuilder({ name, opset: generator.synthesis.opset });
  const batch = batchOf(networks);
  const w = b.input('w', 'float32', [batch, generator.latentDim]);
  const target = targetInput(b, networks);
  const wanted = b.input('wanted_embedding', 'float32', [batch, recogniser.embeddingDim]);
  const made = { image: addSynthesis(b, generator, w), end: generator.manifest };

  const difference = b.sub(
    b.scope('made', () => inUnitRange(b, made.image, made.end)),
    b.scope('wanted', () => inUnitRange(b, target, targetEnd(networks))),
  );
  const pixel = b.reduceMean(b.mul(difference, difference), { axes: [1, 2, 3], keepDims: false });
  const chord = squaredDistance(b, embedding(b, networks, made), wanted);
  let loss = b.add(b.mul(pixel, weights.pixelWeight), b.mul(chord, weights.embeddingWeight));
  features(b, networks, made).forEach((value, i) => {
    const at = b.input(`wanted_${featureName(i)}`, 'float32', [batch, featureName(i)]);
    loss = b.add(loss, b.mul(squaredDistance(b, value, at), perceptual?.weight ?? 1));
  });
  b.output('pixel', pixel);
  b.output('chord', chord);
  b.output('loss', loss);
  // Before differentiation: the gradient of what is simple is simple too.
  return differentiate(simplify(b.build()), {
    outputs: [{ name: 'loss', seed: 'ones' }],
    withRespectTo: ['w'],
  });
}

/** Outputs of the perceptual network; they carry the names that a target's features have. */
export function featureNames(perceptual: PerceptualNetwork | undefined): readonly string[] {
  return (perceptual?.graph.outputs ?? []).map((_, i) => featureName(i));
}

interface Picture {
  readonly image: Value;
  readonly end: BridgeEnd;
}

const featureName = (index: number): string => `features_${index}`;

function batchOf(networks: Networks): Dim {
  return chainBatch(networks) ?? 'batch';
}

function targetInput(b: GraphBuilder, networks: Networks): Value {
  const { height, width } = networks.generator.image;
  return b.cast(b.input('target', 'uint8', [batchOf(networks), height, width, 3]), 'float32');
}

/** A target is framed as the generator's images are. */
function targetEnd({ generator: { image, manifest } }: Networks): BridgeEnd {
  return {
    name: 'the image',
    image: { ...image, channels: 'RGB', layout: 'NHWC', range: [0, 255] },
    framing: manifest.framing,
  };
}

function embedding(b: GraphBuilder, { recogniser }: Networks, { image, end }: Picture): Value {
  const bridged = addBridge(b, image, { generator: end, recogniser: recogniser.manifest });
  const { input, output } = recogniser.manifest.network;
  const raw = inline(b, recogniser.network, { [input]: bridged }, 'recogniser')[output];
  if (raw === undefined) throw new Error('internal error: the checked output is gone');
  return normalise(b, raw);
}

function features(b: GraphBuilder, networks: Networks, { image, end }: Picture): readonly Value[] {
  const { perceptual, generator } = networks;
  if (perceptual === undefined) return [];
  const { graph, range = [0, 255] } = perceptual;
  const [input, ...others] = graph.inputs;
  const shape = input?.type.shape ?? [];
  const fits = input?.type.dtype === 'float32' && shape.length === 4 && shape[1] === 3;
  if (input === undefined || others.length > 0 || !fits) {
    throw new ParameterError(
      'perceptual',
      `network '${graph.name}' must have one float32 input [batch, 3, height, width]; export it so.`,
    );
  }
  if (graph.opset !== b.opset) {
    throw new ModelMismatchError(
      generator.name,
      graph.name,
      `the perceptual network has opset ${graph.opset} and the models ${b.opset}; export it with theirs.`,
    );
  }
  const size = (dim: Dim | undefined, own: number): number => (typeof dim === 'number' ? dim : own);
  const spec: ImageSpec = {
    height: size(shape[2], generator.image.height),
    width: size(shape[3], generator.image.width),
    channels: 'RGB',
    layout: 'NCHW',
    range,
  };
  // Without framings the whole image is resized.
  const ends = {
    generator: { name: end.name, image: end.image },
    recogniser: { name: graph.name, image: spec },
  };
  const bridged = b.scope('perceptual', () => addBridge(b, image, ends));
  const outputs = inline(b, graph, { [input.name]: bridged }, 'perceptual');
  return graph.outputs.map(({ name }) => b.flatten(outputs[name] as Value));
}

/** RGB [batch, 3, H, W] in 0..1. */
function inUnitRange(b: GraphBuilder, image: Value, end: BridgeEnd): Value {
  const { height, width } = end.image;
  const unit: ImageSpec = { height, width, channels: 'RGB', layout: 'NCHW', range: [0, 1] };
  return addBridge(b, image, {
    generator: { name: end.name, image: end.image },
    recogniser: { name: 'pixels', image: unit },
  });
}

/** Σ (a - b)² of each row. */
function squaredDistance(b: GraphBuilder, a: Value, other: Value): Value {
  const difference = b.sub(a, other);
  return b.reduceSum(b.mul(difference, difference), { axes: [1], keepDims: false });
}
