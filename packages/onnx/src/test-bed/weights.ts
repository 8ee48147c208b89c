/**
 * @file Weights of the test bed as a formula of name and position, so that a script in another language gets the same numbers without a
 * file: `scripts/test_bed_weights.py` is its twin.
 *
 * What a weight looks like follows from the last part of its name, as PyTorch names parameters: kernels are scaled by what they sum
 * over, so that values neither grow nor fade through a deep network.
 */
import { tensor, type Tensor } from '../ir/tensor.ts';

interface Distribution {
  readonly centre: number;
  /** Half the width of the interval. */
  readonly spread: number;
}

const UNIT_VARIANCE = Math.sqrt(3);

const BY_SUFFIX: Readonly<Record<string, Distribution>> = {
  running_var: { centre: 1, spread: 0.5 },
  running_mean: { centre: 0, spread: 0.1 },
  bias: { centre: 0, spread: 0.1 },
  slope: { centre: 0.25, spread: 0.05 },
  strength: { centre: 0.1, spread: 0.05 },
  offset: { centre: 1, spread: 0.2 },
};

/** The float32 weight of this name: the same for the same name and dimensions. */
export function hashedWeight(name: string, dims: readonly number[]): Tensor {
  const { centre, spread } = distribution(name, dims);
  const count = dims.reduce((a, b) => a * b, 1);
  const data = new Float32Array(count);
  const start = nameHash(name);
  for (let at = 0; at < count; at += 1) data[at] = centre + spread * (mix(start, at) / 2 ** 31 - 1);
  return tensor('float32', dims, data);
}

function distribution(name: string, dims: readonly number[]): Distribution {
  const suffix = name.slice(name.lastIndexOf('.') + 1);
  if (suffix === 'weight' && dims.length === 1) return { centre: 1, spread: 0.2 };
  if (suffix === 'weight') {
    const summed = dims.slice(1).reduce((a, b) => a * b, 1);
    return { centre: 0, spread: Math.sqrt(3 / summed) };
  }
  return BY_SUFFIX[suffix] ?? { centre: 0, spread: UNIT_VARIANCE };
}

/** FNV-1a over the characters of an ASCII name. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

/** A whole number from 0 to 2^32 - 1 for each position. */
function mix(start: number, at: number): number {
  let z = (start + Math.imul(at + 1, 0x9e3779b9)) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
