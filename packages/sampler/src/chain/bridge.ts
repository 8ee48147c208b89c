/** @file From a generator's image to a recogniser's: crop, antialiased resize, channels, range. */

import type { GraphBuilder, Value } from '@colloid/onnx';

import { ModelMismatchError, ParameterError } from '../errors.ts';
import type { Framing, ImageRange, ImageSpec } from '../models/manifest.ts';
import { coverage, framingMaps, resampleMatrix, wholeAxis } from './resample.ts';
import type { AxisMap } from './resample.ts';

/** Least share of the recogniser's crop that the generator's image must cover. */
const MIN_COVERAGE = 0.5;

type Order = 'RGB' | 'BGR';

interface PixelFormat {
  readonly channels: Order;
  readonly range: ImageRange;
}

/** Which source pixels each pixel of the recogniser's image looks at, per axis. */
export interface BridgeMaps {
  readonly x: AxisMap;
  readonly y: AxisMap;
}

/** One side of a bridge; a generator's or a recogniser's manifest is one. */
export interface BridgeEnd {
  readonly name: string;
  readonly image: ImageSpec;
  /** Absent on both sides: the whole image is resized. */
  readonly framing?: Framing | undefined;
}

export interface BridgeEnds {
  readonly generator: BridgeEnd;
  readonly recogniser: BridgeEnd;
}

/**
 * Works out the crop, without building anything.
 *
 * @throws ModelMismatchError when only one model states a framing or the framings are far apart
 */
export function bridgeMaps({ generator, recogniser }: BridgeEnds): BridgeMaps {
  const source = generator.framing;
  const target = recogniser.framing;
  const fault = (sentence: string, cause?: unknown): ModelMismatchError =>
    new ModelMismatchError(generator.name, recogniser.name, sentence, { cause });
  if (source === undefined && target === undefined) {
    return {
      x: wholeAxis(generator.image.width, recogniser.image.width),
      y: wholeAxis(generator.image.height, recogniser.image.height),
    };
  }
  if (source === undefined || target === undefined) {
    const silent = source === undefined ? 'generator' : 'recogniser';
    throw fault(
      `the ${silent}'s manifest states no framing while the other's does; add leftEye and rightEye in pixels to it.`,
    );
  }
  try {
    const maps = framingMaps(source, target);
    const share = coverage(generator.image, recogniser.image, maps);
    if (share < MIN_COVERAGE) {
      throw fault(
        `only ${Math.round(share * 100)} % of the recogniser's crop lies within the generator's image; check the framing of both manifests.`,
      );
    }
    return maps;
  } catch (error) {
    if (error instanceof ParameterError) throw fault(error.message, error);
    throw error;
  }
}

/**
 * Adds the bridge to a graph: the generator's raw output in, the recogniser's input out.
 *
 * @throws ModelMismatchError when the two do not fit
 */
export function addBridge(b: GraphBuilder, image: Value, ends: BridgeEnds): Value {
  const maps = bridgeMaps(ends);
  const from = ends.generator.image;
  const to = ends.recogniser.image;
  return b.scope('bridge', () => {
    let x = toNchw(b, image, from);
    x = resampleColumns(b, x, { from: from.width, to: to.width, map: maps.x });
    x = resampleRows(b, x, { from: from.height, to: to.height, map: maps.y });
    x = convertPixels(b, x, from, to);
    return to.layout === 'NHWC' ? b.transpose(x, [0, 2, 3, 1]) : x;
  });
}

/** Adds the conversion of a generator's raw output to bytes: uint8 [batch, H, W, 3], RGB. */
export function addPixels(b: GraphBuilder, image: Value, spec: ImageSpec): Value {
  return b.scope('pixels', () => {
    const nchw = toNchw(b, image, spec);
    const scaled = convertPixels(b, nchw, spec, { channels: 'RGB', range: [0, 255] });
    const rounded = b.op('Round', [b.clip(scaled, 0, 255)]);
    return b.cast(b.transpose(rounded, [0, 2, 3, 1]), 'uint8');
  });
}

function toNchw(b: GraphBuilder, image: Value, spec: ImageSpec): Value {
  return spec.layout === 'NHWC' ? b.transpose(image, [0, 3, 1, 2]) : image;
}

interface Resampling {
  readonly from: number;
  readonly to: number;
  readonly map: AxisMap;
}

/** [batch, 3, H, from] times [from, to]. */
function resampleColumns(b: GraphBuilder, x: Value, { from, to, map }: Resampling): Value {
  if (isIdentity(from, to, map)) return x;
  const matrix = resampleMatrix(from, to, map);
  const transposed = new Float32Array(matrix.length);
  for (let i = 0; i < to; i++) {
    for (let j = 0; j < from; j++) transposed[j * to + i] = matrix[i * from + j] ?? 0;
  }
  return b.matMul(x, b.constant(transposed, { dims: [from, to], name: 'columns' }));
}

/** [to, from] times [batch, 3, from, W]. */
function resampleRows(b: GraphBuilder, x: Value, { from, to, map }: Resampling): Value {
  if (isIdentity(from, to, map)) return x;
  const matrix = resampleMatrix(from, to, map);
  return b.matMul(b.constant(matrix, { dims: [to, from], name: 'rows' }), x);
}

/** Channel order and range in one 1x1 convolution, whose gradient is one too. */
function convertPixels(b: GraphBuilder, x: Value, from: PixelFormat, to: PixelFormat): Value {
  const weight = new Float32Array(9);
  const bias = new Float32Array(3);
  for (let output = 0; output < 3; output++) {
    const input = from.channels === to.channels ? output : 2 - output;
    const source = toUnit(from.range, input);
    const target = toUnit(to.range, output);
    // unit = source.gain x + source.bias = target.gain y + target.bias
    weight[output * 3 + input] = source.gain / target.gain;
    bias[output] = (source.bias - target.bias) / target.gain;
  }
  const same = from.channels === to.channels && weight.every((v, i) => v === (i % 4 === 0 ? 1 : 0));
  if (same && bias.every((value) => value === 0)) return x;
  return b.conv(
    x,
    b.constant(weight, { dims: [3, 3, 1, 1], name: 'channels' }),
    b.constant(bias, { dims: [3], name: 'range' }),
  );
}

/** The affine map of one channel's values onto 0..1. */
function toUnit(range: ImageRange, channel: number): { gain: number; bias: number } {
  if (!Array.isArray(range)) {
    return { gain: range.std[channel] ?? 1, bias: range.mean[channel] ?? 0 };
  }
  const [low, high] = range;
  return { gain: 1 / (high - low), bias: -low / (high - low) };
}

function isIdentity(from: number, to: number, map: AxisMap): boolean {
  return from === to && map.scale === 1 && map.offset === 0;
}
