/** @file A small seeded generator for fixed tables and labelled populations; the sampler has its own, counter-based one. */

/** Draws that depend on the seed and on how many came before, and on nothing else. */
export interface Draws {
  /** Uniform on [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** A generator seeded with any safe integer (mixes a 32-bit Weyl sequence). */
export function drawsFrom(seed: number): Draws {
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`The seed is ${seed}; give a whole number.`);
  let state = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)) >>> 0;
  const uniform = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
