/** @file Enlarging by zeros and a low-pass filter, as StyleGAN exporters write it: reshape, pad, reshape, pad, depthwise Conv. */
import type { Value } from '../build/core-builder.ts';
import { tensorFrom } from '../ir/tensor.ts';
import { channelsOf, type NetworkBuilder } from './network-builder.ts';

const TAPS = [1, 3, 3, 1] as const;

/** Low-pass filter over height and width of x, whose sum is `gain`; pads before and after each axis. */
export function filter(
  n: NetworkBuilder,
  x: Value,
  pads: readonly [before: number, after: number],
  gain: number,
): Value {
  const [before, after] = pads;
  const channels = channelsOf(x);
  const square = TAPS.flatMap((a) => TAPS.map((b) => (a * b * gain) / 64));
  const all = Array.from({ length: channels }, () => square).flat();
  const weight = n.initialiser(
    `lowpass_${x.name}`,
    tensorFrom('float32', all, [channels, 1, 4, 4]),
  );
  const padded = n.pad(x, [0, 0, before, before, 0, 0, after, after]);
  return n.conv(padded, weight, null, { group: channels });
}

/** Twice the height and width: a zero after each element, then the filter. */
export function upsample(n: NetworkBuilder, x: Value): Value {
  const [channels, height, width] = x.shape.slice(1) as [number, number, number];
  const apart = n.reshape(x, [-1, channels, height, 1, width, 1]);
  const zeros = n.pad(apart, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
  return filter(n, n.reshape(zeros, [-1, channels, 2 * height, 2 * width]), [2, 1], 4);
}
