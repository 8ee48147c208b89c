/** @file The recogniser's forward pass, once for training and once as it is shipped. */
import { GraphBuilder, tensor } from '@colloid/onnx';
import type { Graph, Value } from '@colloid/onnx';
import { marginSoftmax, standardiseOverBatch } from '@colloid/sampler';

import { IMAGE_CHANNELS, STEM_CELL, STEM_PADDING, weightSpecifications } from './architecture.ts';
import type { Architecture, Weights } from './architecture.ts';

const CLASS_DIRECTIONS = 'classes.weight';

export interface TrainingForwardOptions {
  readonly architecture: Architecture;
  readonly weights: Weights;
  /** float32 [embedding, classes] */
  readonly classDirections: Float32Array;
  readonly classes: number;
  readonly batchSize: number;
  /** Inverse temperature of the margin softmax. */
  readonly scale: number;
}

/** The graph from `image` float32 [batch, 3, size, size], `labels` int64 [batch] and scalar `margin` to `loss` and `accuracy`. */
export function trainingForward(options: TrainingForwardOptions): Graph {
  const { architecture, weights, batchSize, classes } = options;
  const size = architecture.inputSize;
  const b = new GraphBuilder({ name: 'parametric-head-id-training' });
  const image = b.input('image', 'float32', [batchSize, IMAGE_CHANNELS, size, size]);
  const labels = b.input('labels', 'int64', [batchSize]);
  const margin = b.input('margin', 'float32', []);
  const weight = weightLookup(b, architecture, weights);
  const stem = b.conv(cells(b, image), weight('stem.weight'), weight('stem.bias'));
  const embedding = standardiseOverBatch(b, body(b, architecture, stem, weight));
  const classDirections = b.initialiser(
    CLASS_DIRECTIONS,
    tensor('float32', [architecture.embedding, classes], options.classDirections),
  );
  const { loss, accuracy } = marginSoftmax(b, {
    embedding,
    classDirections,
    labels,
    margin,
    scale: options.scale,
  });
  b.output('loss', loss);
  b.output('accuracy', accuracy);
  return b.build();
}

/** Names of everything `trainingForward` has to train. */
export function trainableNames(architecture: Architecture): readonly string[] {
  return [...weightSpecifications(architecture).map(({ name }) => name), CLASS_DIRECTIONS];
}

/** Mean and inverse deviation of each raw embedding feature, `[embedding]` each, as measured over many renders. */
export interface FeatureStatistics {
  readonly mean: Float64Array;
  readonly inverseDeviation: Float64Array;
}

/**
 * The network as shipped: `image` float32 [batch, 3, size, size] to `embedding` float32 [batch, E]. The stem becomes one strided
 * convolution; with `statistics`, the standardisation of training becomes part of the last linear map, without them the raw
 * features come out.
 */
export function shippedNetwork(
  architecture: Architecture,
  weights: Weights,
  statistics?: FeatureStatistics,
): Graph {
  const b = new GraphBuilder({ name: 'parametric-head-id' });
  const size = architecture.inputSize;
  const image = b.input('image', 'float32', ['batch', IMAGE_CHANNELS, size, size]);
  const weight = weightLookup(b, architecture, foldStatistics(architecture, weights, statistics));
  const channels = architecture.stages[0]?.channels ?? 0;
  const window = 2 * STEM_CELL;
  const stemWeight = tensor(
    'float32',
    [channels, IMAGE_CHANNELS, window, window],
    stemWindow(weights, channels),
  );
  const stem = b.conv(image, b.initialiser('stem.weight', stemWeight), weight('stem.bias'), {
    strides: [STEM_CELL, STEM_CELL],
    pads: [STEM_PADDING, STEM_PADDING, STEM_PADDING, STEM_PADDING],
  });
  const features = body(b, architecture, stem, weight);
  if (statistics === undefined) {
    b.output('embedding', features);
  } else {
    const offset = statistics.mean.map(
      (mean, index) => -mean * (statistics.inverseDeviation[index] ?? 0),
    );
    b.output(
      'embedding',
      b.add(
        features,
        b.initialiser(
          'embedding.bias',
          tensor('float32', [offset.length], Float32Array.from(offset)),
        ),
      ),
    );
  }
  return b.build();
}

type WeightLookup = (name: string) => Value;

/** Makes an initialiser of a weight when it is first asked for. */
function weightLookup(b: GraphBuilder, architecture: Architecture, weights: Weights): WeightLookup {
  const dims = new Map(
    weightSpecifications(architecture).map((specification) => [
      specification.name,
      specification.dims,
    ]),
  );
  return (name) => {
    const shape = dims.get(name);
    const values = weights.get(name);
    if (shape === undefined || values === undefined)
      throw new RangeError(`The network has no weight '${name}'.`);
    return b.initialiser(name, tensor('float32', shape, values));
  };
}

/** Everything after the stem's convolution. */
function body(
  b: GraphBuilder,
  architecture: Architecture,
  stem: Value,
  weight: WeightLookup,
): Value {
  const convolve = (x: Value, name: string, stride = 1): Value =>
    b.conv(x, weight(`${name}.weight`), weight(`${name}.bias`), {
      pads: [1, 1, 1, 1],
      strides: [stride, stride],
    });
  let x = stem;
  architecture.stages.forEach((stage, index) => {
    if (index > 0) x = convolve(silu(b, x), `stage${index}.down`, 2);
    for (let block = 0; block < stage.blocks; block += 1) {
      const name = `stage${index}.block${block}`;
      const branch = convolve(silu(b, convolve(silu(b, x), `${name}.inner`)), `${name}.outer`);
      x = b.add(x, branch);
    }
  });
  return b.matMul(b.flatten(silu(b, x)), weight('embedding.weight'));
}

function silu(b: GraphBuilder, x: Value): Value {
  return b.mul(x, b.sigmoid(x));
}

/** The padded image cut into cells: each cell's 4x4x3 values become channels, so that the stem is a dense 2x2 convolution. */
function cells(b: GraphBuilder, image: Value): Value {
  const p = STEM_PADDING;
  const padded = b.pad(image, [0, 0, p, p, 0, 0, p, p]);
  return b.op('SpaceToDepth', [padded], { blocksize: STEM_CELL });
}

/** The 2x2 convolution over cells as an 8x8 one over pixels. SpaceToDepth orders channels as (row in cell, column in cell, colour). */
function stemWindow(weights: Weights, channels: number): Float32Array {
  const source = weights.get('stem.weight');
  if (source === undefined) throw new RangeError("The network has no weight 'stem.weight'.");
  const window = 2 * STEM_CELL;
  const cellChannels = IMAGE_CHANNELS * STEM_CELL ** 2;
  return Float32Array.from({ length: channels * IMAGE_CHANNELS * window * window }, (_, flat) => {
    const x = flat % window;
    const y = Math.floor(flat / window) % window;
    const colour = Math.floor(flat / window ** 2) % IMAGE_CHANNELS;
    const channel = Math.floor(flat / (window ** 2 * IMAGE_CHANNELS));
    const inCell = ((y % STEM_CELL) * STEM_CELL + (x % STEM_CELL)) * IMAGE_CHANNELS + colour;
    const cell = Math.floor(y / STEM_CELL) * 2 + Math.floor(x / STEM_CELL);
    return source[(channel * cellChannels + inCell) * 4 + cell] ?? 0;
  });
}

function foldStatistics(
  architecture: Architecture,
  weights: Weights,
  statistics?: FeatureStatistics,
): Weights {
  if (statistics === undefined) return weights;
  const matrix = weights.get('embedding.weight') ?? new Float32Array(0);
  const scaled = matrix.map(
    (value, index) => value * (statistics.inverseDeviation[index % architecture.embedding] ?? 0),
  );
  return new Map([...weights, ['embedding.weight', scaled]]);
}
