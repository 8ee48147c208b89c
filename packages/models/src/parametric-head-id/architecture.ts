/**
 * @file The recogniser's network: its weights by name, shape and initial spread, and nothing of how it is run.
 *
 * A stem that sees 8x8 pixels every 4, then stages of pre-activation residual blocks at halving resolution, then one linear map to the
 * embedding. There is no normalisation layer inside: branches start small, so that the signal keeps its scale at any depth, and what is
 * shipped computes exactly what was trained. SiLU keeps the embedding smooth in the pixels, which sampling by gradients needs.
 */
import { normal, TRAINING_STREAMS } from '@colloid/sampler';

export interface Architecture {
  /** Height and width of the input in pixels, a multiple of 16. */
  readonly inputSize: number;
  /** Channels and residual blocks of each stage; every stage after the first halves the resolution. */
  readonly stages: readonly { readonly channels: number; readonly blocks: number }[];
  readonly embedding: number;
}

export const ARCHITECTURE: Architecture = {
  inputSize: 64,
  stages: [
    { channels: 32, blocks: 1 },
    { channels: 64, blocks: 2 },
    { channels: 128, blocks: 1 },
  ],
  embedding: 128,
};

/** Pixels on each side of a stem cell, and so the stem's stride; its window is two cells wide. */
export const STEM_CELL = 4;
/** Pixels of zero padding around the image, half a cell. */
export const STEM_PADDING = STEM_CELL / 2;
export const IMAGE_CHANNELS = 3;

export interface WeightSpecification {
  readonly name: string;
  readonly dims: readonly number[];
  /** Standard deviation of the initial normal draw; 0 for biases. */
  readonly deviation: number;
}

/** SiLU lets through about 0.356 of a unit normal's second moment; this restores it. */
const SILU_GAIN = Math.sqrt(1 / 0.356);
/** How much of a residual branch's natural scale its last convolution starts with. */
const BRANCH_SCALE = 0.3;

/** Every trainable weight in the order in which they are drawn. */
export function weightSpecifications(architecture: Architecture): readonly WeightSpecification[] {
  const { stages, embedding, inputSize } = architecture;
  const specifications: WeightSpecification[] = [];
  const convolution = (
    name: string,
    dims: readonly [number, number, number, number],
    gain: number,
  ): void => {
    const fanIn = dims[1] * dims[2] * dims[3];
    specifications.push({ name: `${name}.weight`, dims, deviation: gain / Math.sqrt(fanIn) });
    specifications.push({ name: `${name}.bias`, dims: [dims[0]], deviation: 0 });
  };
  let channels = IMAGE_CHANNELS * STEM_CELL ** 2;
  stages.forEach((stage, index) => {
    if (index === 0) convolution('stem', [stage.channels, channels, 2, 2], 1.5);
    else convolution(`stage${index}.down`, [stage.channels, channels, 3, 3], SILU_GAIN);
    channels = stage.channels;
    for (let block = 0; block < stage.blocks; block += 1) {
      convolution(`stage${index}.block${block}.inner`, [channels, channels, 3, 3], SILU_GAIN);
      convolution(
        `stage${index}.block${block}.outer`,
        [channels, channels, 3, 3],
        SILU_GAIN * BRANCH_SCALE,
      );
    }
  });
  const side = inputSize / STEM_CELL / 2 ** (stages.length - 1);
  const features = channels * side * side;
  specifications.push({
    name: 'embedding.weight',
    dims: [features, embedding],
    deviation: SILU_GAIN / Math.sqrt(features),
  });
  return specifications;
}

export type Weights = ReadonlyMap<string, Float32Array>;

/** Initial weights, a function of the seed and of each weight's position in the list. */
export function initialWeights(architecture: Architecture, seed: number): Weights {
  return new Map(
    weightSpecifications(architecture).map(({ name, dims, deviation }, index) => {
      const values = new Float32Array(dims.reduce((product, size) => product * size, 1));
      if (deviation > 0)
        normal({ seed, stream: TRAINING_STREAMS.initialWeights, identity: index }, values);
      return [name, values.map((value) => value * deviation)];
    }),
  );
}
