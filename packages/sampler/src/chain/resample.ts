/** @file Separable antialiased resampling as constant matrices. */

import { ParameterError } from '../errors.ts';
import type { Framing } from '../models/manifest.ts';

/** Where the pixels of a target axis lie on a source axis: `source = offset + scale * target`. */
export interface AxisMap {
  readonly scale: number;
  readonly offset: number;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Eyes may be this much out of level before a crop along the axes would tilt the face. */
const MAX_TILT_DEGREES = 3;

/**
 * The matrix [to, from] that resamples one axis with a triangle filter, widened by the scale when
 * shrinking so that nothing aliases. Beyond the edge the edge pixel is repeated. Rows sum to 1.
 */
export function resampleMatrix(from: number, to: number, map: AxisMap): Float32Array {
  const matrix = new Float32Array(to * from);
  const radius = Math.max(1, map.scale);
  for (let target = 0; target < to; target++) {
    const centre = map.offset + map.scale * target;
    const weights = new Float64Array(from);
    let total = 0;
    for (let i = Math.ceil(centre - radius); i <= Math.floor(centre + radius); i++) {
      const weight = 1 - Math.abs(i - centre) / radius;
      const inside = Math.min(from - 1, Math.max(0, i));
      weights[inside] = (weights[inside] ?? 0) + weight;
      total += weight;
    }
    for (let i = 0; i < from; i++) matrix[target * from + i] = (weights[i] ?? 0) / total;
  }
  return matrix;
}

/** The map that takes a whole axis onto another one, pixel areas onto pixel areas. */
export function wholeAxis(from: number, to: number): AxisMap {
  const scale = from / to;
  return { scale, offset: (scale - 1) / 2 };
}

/**
 * The maps that put the source's eyes where the target's are: one scale for both axes, by the
 * distance between the eyes, and the midpoints on each other.
 *
 * @throws ParameterError when the eyes coincide or are not level
 */
export function framingMaps(source: Framing, target: Framing): { x: AxisMap; y: AxisMap } {
  const from = eyes(source, 'generator');
  const to = eyes(target, 'recogniser');
  const scale = from.distance / to.distance;
  return {
    x: { scale, offset: from.x - scale * to.x },
    y: { scale, offset: from.y - scale * to.y },
  };
}

/** Share of the target's area that lies within the source image. */
export function coverage(source: Size, target: Size, maps: { x: AxisMap; y: AxisMap }): number {
  return (
    overlap(source.width, target.width, maps.x) * overlap(source.height, target.height, maps.y)
  );
}

function overlap(from: number, to: number, map: AxisMap): number {
  const start = map.offset - map.scale / 2;
  const end = map.offset + map.scale * (to - 0.5);
  return Math.max(0, Math.min(end, from - 0.5) - Math.max(start, -0.5)) / (end - start);
}

function eyes(framing: Framing, whose: string): { x: number; y: number; distance: number } {
  const [leftX, leftY] = framing.leftEye;
  const [rightX, rightY] = framing.rightEye;
  const distance = Math.hypot(rightX - leftX, rightY - leftY);
  if (!(distance > 0)) {
    throw new ParameterError(
      `${whose} framing`,
      'puts both eyes at one point; give the two eye positions in pixels.',
    );
  }
  const tilt = Math.abs((Math.atan2(rightY - leftY, rightX - leftX) * 180) / Math.PI);
  if (tilt > MAX_TILT_DEGREES) {
    throw new ParameterError(
      `${whose} framing`,
      `has the eyes tilted by ${tilt.toFixed(1)} degrees (leftEye is the one at smaller x); use a model whose images have level eyes.`,
    );
  }
  return { x: (leftX + rightX) / 2, y: (leftY + rightY) / 2, distance };
}
